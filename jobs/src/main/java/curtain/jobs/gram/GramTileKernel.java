package curtain.jobs.gram;

import curtain.engine.Machine;
import curtain.gram.GateBlock;
import curtain.gram.GramKernel;
import curtain.gram.PathKernel;
import curtain.gram.Tile;
import curtain.images.source.ImageRef;
import curtain.jobs.gram.GramGroup.ImageBlock;
import curtain.jobs.gram.GramGroup.Unit;
import curtain.jobs.shards.Stage;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of the second stage of {@code gram}: computes tiles. It holds the gates of a block of rows
 * on the device and streams those of the columns past them.
 *
 * @param network the network and its options
 * @param store the store of gates, or null
 * @param paths the exact path kernel, or null where it is not asked for
 * @param keep what is kept of tiles
 * @param keepLayers whether tiles of the inner products of each layer are kept
 * @param cross whether the columns are a second set
 * @param numbers length of the vectors that kernels are multiplied by; 0 where there are none
 */
record GramTileKernel(
    GramNetwork network,
    GateStore store,
    GramPaths paths,
    Keep keep,
    boolean keepLayers,
    boolean cross,
    int numbers)
    implements Stage.Kernel<GramGroup> {
  /** The largest number of bytes of the gates of columns on the device at a time. */
  private static final long CHUNK_BYTES = 1L << 30;

  @Override
  public Machine machine() throws IOException {
    return network.machine();
  }

  @Override
  public List<Table<?>> tables() {
    return keep.tiles() ? List.of(GramTables.TILES) : GramReduction.ofTiles(keep, numbers > 0);
  }

  @Override
  public void run(GramGroup group, Configuration conf, Stage.Units units) throws IOException {
    try (GramKernel kernel = network.kernel();
        PathKernel pathKernel = paths == null ? null : paths.kernel();
        GateStore.Reader reader = store == null ? null : store.reader(conf)) {
      Task task = new Task(kernel, pathKernel, reader, conf);
      GateBlock rows = null;
      try {
        for (Unit unit : group.units()) {
          if (units.done(unit.name())) {
            continue;
          }
          if (rows == null) {
            rows = join(task, group.rows().images());
          }
          GateBlock held = rows;
          units.write(unit.name(), out -> write(task, group.rows(), held, unit, out));
        }
      } finally {
        if (rows != null) {
          rows.close();
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private record Task(
      GramKernel kernel, PathKernel paths, GateStore.Reader reader, Configuration conf) {}

  private GateSource source(Task task, List<ImageRef> images) {
    return new GateSource(network, task.kernel(), images, task.reader(), task.conf());
  }

  private GateBlock join(Task task, List<ImageRef> images) throws IOException {
    try (GateSource source = source(task, images)) {
      return task.kernel().join(source, images.size());
    }
  }

  private void write(Task task, ImageBlock row, GateBlock rows, Unit unit, Rows out)
      throws IOException {
    TileReduction reduction =
        keep.tiles()
            ? null
            : new TileReduction(
                keep, row, task.kernel().own(rows), network.classes(), !cross, numbers);
    for (ImageBlock column : unit.columns()) {
      boolean diagonal = !cross && column.index() == row.index();
      if (diagonal) {
        write(row, column, task.kernel().diagonal(rows, keepLayers), reduction, out);
      } else {
        try (GateSource source = source(task, column.images())) {
          Tile tile =
              task.kernel()
                  .multiply(
                      rows,
                      source.chunks(chunk(task.kernel())),
                      column.images().size(),
                      keepLayers);
          write(row, column, tile, reduction, out);
        }
      }
    }
    if (reduction != null) {
      reduction.write(out);
    }
    if (task.paths() != null) {
      writePaths(task, row, unit.columns(), out);
    }
  }

  private void writePaths(Task task, ImageBlock row, List<ImageBlock> columns, Rows out)
      throws IOException {
    PathKernel kernel = task.paths();
    try (PathKernel.PathBlock rows =
        kernel.gates(GramPaths.pixels(network, row.images(), task.conf()))) {
      for (ImageBlock column : columns) {
        if (!cross && column.index() == row.index()) {
          write(row, column, kernel.tile(rows, rows), out);
        } else {
          try (PathKernel.PathBlock others =
              kernel.gates(GramPaths.pixels(network, column.images(), task.conf()))) {
            write(row, column, kernel.tile(rows, others), out);
          }
        }
      }
    }
  }

  private static void write(ImageBlock row, ImageBlock column, PathKernel.Values values, Rows out)
      throws IOException {
    write(row, column, out, GramTables.PATHS, values.log(), values.sign(), null);
  }

  /** The number of images in a chunk of columns, a multiple of the batch size. */
  private int chunk(GramKernel kernel) {
    long bytes = GramKernel.gates(kernel.info()) * network.gram().bytesPerGate();
    int batch = kernel.batchSize();
    return (int) Math.max(1, Math.min(1 << 16, CHUNK_BYTES / bytes) / batch) * batch;
  }

  private void write(
      ImageBlock row, ImageBlock column, Tile tile, TileReduction reduction, Rows out)
      throws IOException {
    if (reduction != null) {
      reduction.add(tile, column);
      return;
    }
    write(row, column, out, GramTables.PRODUCT, tile.logKernel(), tile.sign(), null);
    write(row, column, out, GramTables.LAYER_SUM, null, null, tile.layerSum());
    write(row, column, out, GramTables.PIXEL, null, null, tile.pixel());
    write(row, column, out, GramTables.FEATURE, null, null, tile.feature());
    for (int l = 0; l < tile.layers().length; l++) {
      write(row, column, out, GramTables.LAYER + l, null, null, tile.layers()[l]);
    }
  }

  private static void write(
      ImageBlock row,
      ImageBlock column,
      Rows out,
      String kernel,
      double[] log,
      byte[] sign,
      double[] value)
      throws IOException {
    out.write(
        GramTables.TILES,
        new TileRow(
            kernel,
            row.index(),
            column.index(),
            row.start(),
            column.start(),
            row.images().size(),
            column.images().size(),
            log,
            sign,
            value));
  }
}
