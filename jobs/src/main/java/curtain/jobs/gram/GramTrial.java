package curtain.jobs.gram;

import curtain.calibration.Median;
import curtain.gram.SelfKernels;
import curtain.gram.Tile;
import curtain.images.ClassList;
import curtain.images.source.ImageRef;
import curtain.jobs.gram.GramGroup.ImageBlock;
import curtain.jobs.tables.TableReader;
import curtain.jobs.tables.TableWriter;
import curtain.jobs.task.RowsByBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Times what {@code gram} does of large sets beside its network and its products, in one thread.
 */
public final class GramTrial {
  /** Images on a side of the tile that is reduced; of ten classes. */
  private static final int SIDE = 512;

  private static final int CLASSES = 10;

  /** Rows of the table that is merged. */
  private static final int ROWS = 200_000;

  /** A run that is timed. */
  private interface Work {
    void run() throws IOException;
  }

  private GramTrial() {}

  /**
   * Reduces tiles of random kernels.
   *
   * @param keep what is kept of them
   * @param repeat timed runs, after one that is not
   * @return pairs a second, the median
   */
  public static double reduce(Keep keep, int repeat) throws IOException {
    Tile tile = tile();
    TileReduction reduction =
        new TileReduction(keep, block(0), tile.columns(), ClassList.unnamed(CLASSES), true, 0);
    int[] next = {1};
    double seconds = seconds(() -> reduction.add(tile, block(next[0]++)), repeat);
    return tile.pixel().length / seconds;
  }

  private static Tile tile() {
    Random random = new Random(0);
    int size = SIDE * SIDE;
    double[] zeros = new double[SIDE];
    double[] ones = random.doubles(SIDE, 1, 1.0001).toArray();
    byte[] signs = new byte[size];
    Arrays.fill(signs, (byte) 1);
    return new Tile(
        SIDE,
        SIDE,
        random.doubles(size, -20, 0).toArray(),
        signs,
        random.doubles(size).toArray(),
        random.doubles(size).toArray(),
        random.doubles(size).toArray(),
        new double[0][],
        new SelfKernels(zeros, ones, ones, ones, new double[0][]));
  }

  private static ImageBlock block(int index) {
    long start = (long) index * SIDE;
    List<ImageRef> images =
        IntStream.range(0, SIDE)
            .mapToObj(
                i ->
                    new ImageRef(
                        start + i, "image" + i, null, i % CLASSES, true, "none", 0, -1, null))
            .toList();
    return new ImageBlock(index, start, images, null);
  }

  /**
   * Reads a table of neighbours, as units write it, from a temporary file, and merges its rows.
   *
   * @param neighbours K of {@code top:K}
   * @param repeat timed runs, after one that is not
   * @return rows a second, the median
   */
  public static double merge(int neighbours, int repeat) throws IOException {
    Configuration conf = new Configuration();
    java.nio.file.Path file = Files.createTempFile("curtain", ".parquet");
    try {
      Path table = new Path(file.toUri());
      write(table, neighbours, conf);
      return ROWS / seconds(() -> merge(table, neighbours, conf), repeat);
    } finally {
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      Files.delete(file);
    }
  }

  private static void write(Path table, int neighbours, Configuration conf) throws IOException {
    Random random = new Random(0);
    try (TableWriter out = TableWriter.create(GramTables.NEIGHBOURS, table, conf)) {
      for (int i = 0; i < ROWS; i++) {
        out.write(
            new NeighbourRow(
                GramTables.PRODUCT,
                i / neighbours,
                null,
                null,
                i % neighbours + 1,
                random.nextInt(ROWS),
                null,
                null,
                random.nextDouble()));
      }
    }
  }

  private static void merge(Path table, int neighbours, Configuration conf) throws IOException {
    RowsByBlock<NearestImages> nearest = new RowsByBlock<>();
    List<NearestImages> merged = new ArrayList<>();
    RowsByBlock.Sink<NearestImages> sink = (kernel, position, images) -> merged.add(images);
    TableReader.forEach(
        GramTables.NEIGHBOURS,
        table,
        conf,
        row -> {
          nearest.flushBefore(row.position(), SIDE, sink);
          nearest
              .at(row.kernel(), row.position(), () -> new NearestImages(neighbours))
              .add(row.similarity(), row.neighbourPosition());
        });
    nearest.flush(sink);
    if (merged.isEmpty()) {
      throw new IllegalStateException("nothing was merged");
    }
  }

  private static double seconds(Work work, int repeat) throws IOException {
    double[] seconds = new double[repeat];
    for (int i = -1; i < repeat; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[Math.max(0, i)] = (System.nanoTime() - start) / 1e9;
    }
    return Median.of(seconds);
  }
}
