package curtain.jobs.gram;

import curtain.gates.Gate;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;

/**
 * An output of gram that figures and page show.
 *
 * @param kernels those of its kernels that can be drawn
 * @param rows null where it keeps no tiles
 * @param columns null where it keeps no tiles, or where they are the rows' images
 * @param pages what is drawn
 */
record DrawnGram(
    FinishedOutput gram,
    List<DrawnKernel> kernels,
    GramSide rows,
    GramSide columns,
    GramPages pages,
    Configuration conf) {
  private static final String TILES = "tiles";

  /**
   * Opens an output.
   *
   * @param labels of {@code --labels}, or null
   * @throws RunException where it has no images, or something is missing
   */
  static DrawnGram open(FinishedOutput gram, String labels, Configuration conf)
      throws IOException, RunException {
    boolean tiled = gram.setting("keep").equals(TILES);
    Set<String> there =
        KernelRows.kernels(gram, tiled ? GramTables.TILES : GramTables.CLASS_BLOCKS, conf);
    int layers;
    try {
      layers = Integer.parseInt(gram.setting("layers"));
    } catch (NumberFormatException e) {
      throw new RunException("the provenance of --input is damaged: " + e.getMessage());
    }
    Gate gate = Gate.parse(gram.setting("gate"));
    String gates =
        gate.hasTemperature()
            ? String.format(
                Locale.ROOT, "%s gates, T\u00a0=\u00a0%s", gate, gram.setting("temperature"))
            : gate + " gates";
    ClassNames names = ClassNames.of(gram, labels, conf);
    boolean two = !gram.setting("columns").equals("none");
    return new DrawnGram(
        gram,
        Arrays.stream(DrawnKernel.values())
            .filter(kernel -> there.contains(kernel.table()))
            .toList(),
        tiled ? GramSide.read(gram, GramTables.ROW, conf) : null,
        tiled && two ? GramSide.read(gram, GramTables.COLUMN, conf) : null,
        new GramPages(gram.setting("model"), gates, layers, names),
        conf);
  }

  /** Whether every pair of images is there, else means by class. */
  boolean isTiled() {
    return rows != null;
  }

  /** The images of the columns. */
  GramSide right() {
    return columns == null ? rows : columns;
  }

  /**
   * Reads the tiles of a kernel.
   *
   * @param most cells of a side
   * @param done told of the pairs that have been read
   */
  GramRaster raster(DrawnKernel kernel, int most, LongConsumer done)
      throws IOException, RunException {
    GramOrder across = columns == null ? null : GramOrder.of(columns, most);
    GramRaster raster = new GramRaster(kernel, GramOrder.of(rows, most), across);
    raster.read(gram, pages.layers(), conf, done);
    return raster;
  }

  /** Reads the means of a kernel. */
  ClassBlocks blocks(DrawnKernel kernel) throws IOException, RunException {
    return ClassBlocks.read(gram, kernel, conf);
  }
}
