package curtain.jobs.gram;

import curtain.figures.Drawing;
import curtain.figures.HeatMap;
import curtain.figures.HeatMapLayout;
import curtain.figures.Scale;
import curtain.figures.Side;
import curtain.figures.Type;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Heat maps of normalised kernels, images ordered by class.
 *
 * @param model name of the network
 * @param gates of its kernels, in words
 * @param layers L
 * @param names of classes
 */
record GramPages(String model, String gates, int layers, ClassNames names) {
  /** The part of the numbers off the diagonal that have the colour of the least. */
  private static final double CLIPPED = 0.01;

  /** From so many numbers on a class's mean is written into its cell. */
  private static final int DECIMALS = 2;

  /** What is to be known of means by class. */
  static final String NO_TILES =
      "Of a Gram that keeps no tiles; one of curtain gram --keep tiles shows every image.";

  /** The page of a kernel. */
  Drawing page(Type type, GramRaster raster) {
    HeatMap map = map(raster, List.of(), List.of());
    return Drawing.page(type, title(raster), HeatMapLayout.of(map, type), notes(raster));
  }

  /**
   * The map of a kernel.
   *
   * @param rows image_ids by position, none where images are not told one by one
   * @param columns the same of the columns
   */
  HeatMap map(GramRaster raster, List<String> rows, List<String> columns) {
    double[][] values = raster.values();
    double[] ends = ends(raster, values);
    return HeatMap.plain(
        heading(raster.kernel()),
        side(raster.isSymmetric() ? "images" : "rows", raster.rows(), rows),
        side(raster.isSymmetric() ? "images" : "columns", raster.columns(), columns),
        values,
        Scale.sequential(raster.kernel().meaning(), ends[0], ends[1]),
        true);
  }

  /** What a kernel is of. */
  String title(GramRaster raster) {
    int rows = raster.rows().cell().length;
    String columns = Counted.of(raster.columns().cell().length, "image");
    return title(raster.kernel(), raster.isSymmetric() ? columns : rows + " x " + columns);
  }

  /**
   * The numbers at the ends of the colours: the least off the diagonal, of a logarithm the 1 %
   * quantile, and the largest; NaN where there is none.
   */
  private static double[] ends(GramRaster raster, double[][] values) {
    double[] shown = offDiagonal(raster, values);
    if (shown.length == 0) {
      return new double[] {Double.NaN, Double.NaN};
    }
    int first = raster.kernel().logarithmic() ? (int) (CLIPPED * (shown.length - 1)) : 0;
    return new double[] {shown[first], shown[shown.length - 1]};
  }

  private String title(DrawnKernel kernel, String images) {
    String network = kernel.isOfGates() ? model + ", " + gates : model;
    return String.format(Locale.ROOT, "%s, %s: %s", network, images, kernel.title());
  }

  private String heading(DrawnKernel kernel) {
    if (kernel == DrawnKernel.LAYER_SUM) {
      return String.format(Locale.ROOT, "Mean over %d layers of the normalised kernels", layers);
    }
    return kernel.logarithmic()
        ? "Natural logarithm of its magnitude, normalised to K(x, x) = 1"
        : "Normalised to K(x, x) = 1";
  }

  /** What is to be known of a kernel's map. */
  List<String> notes(GramRaster raster) {
    DrawnKernel kernel = raster.kernel();
    List<String> notes = new ArrayList<>();
    if (kernel.logarithmic()) {
      notes.add(
          "Over many layers the kernel is nearly the identity matrix; therefore the logarithm."
              + " Colours begin at the 1 % quantile of the numbers off the diagonal; smaller ones"
              + " have the same colour.");
    }
    if (raster.isSymmetric() && raster.rows().together() == 1) {
      notes.add(
          "Colours end at the largest number off the diagonal; the diagonal has that colour, too.");
    }
    if (kernel.logarithmic()) {
      String zero =
          raster.vanishing() == 0
              ? ""
              : String.format(Locale.ROOT, ", and 0 for %,d of them", raster.vanishing());
      notes.add(
          String.format(
              Locale.ROOT,
              "K is below 0 for %.1f %% of the pairs%s; its magnitude is shown.",
              100 * raster.negative(),
              zero));
    }
    int up = raster.rows().together();
    int across = raster.columns().together();
    if (Math.max(up, across) > 1) {
      notes.add(
          String.format(
              Locale.ROOT,
              "A cell is the mean over up to %d x %d pairs of different images, of the same two classes.",
              up,
              across));
    }
    return notes;
  }

  /** The page of the means by class of a Gram that keeps no tiles. */
  Drawing page(Type type, ClassBlocks blocks) {
    return Drawing.page(
        type, title(blocks), HeatMapLayout.of(map(blocks), type), List.of(NO_TILES));
  }

  /** The map of the means by class. */
  HeatMap map(ClassBlocks blocks) {
    double[][] values = blocks.drawn();
    List<String> titles = blocks.labels().stream().map(this::title).toList();
    return HeatMap.plain(
            "Normalised to K(x, x) = 1; means over all pairs of two different images",
            Side.cells("class of x", titles),
            Side.cells("class of x'", titles),
            values,
            Scale.sequential(
                blocks.kernel().logarithmic() ? "ln |mean|" : "mean",
                Arrays.stream(values).flatMapToDouble(Arrays::stream)),
            true)
        .withNumbers(DECIMALS);
  }

  /** What means are of. */
  String title(ClassBlocks blocks) {
    return title(blocks.kernel(), Counted.of(blocks.images(), "image")) + ", means by class";
  }

  private Side side(String what, GramOrder order, List<String> ids) {
    boolean grouped = order.labels().size() > 1 || order.labels().get(0) != GramSide.NONE;
    List<String> titles = order.labels().stream().map(this::title).toList();
    Side side =
        Side.groups(
            grouped ? what + ", by class" : what + ", in their order",
            grouped ? titles : List.of(""),
            order.sizes());
    if (order.together() > 1 || ids.isEmpty()) {
      return side;
    }
    String[] cells = new String[order.cells()];
    int[] groups = order.groups();
    for (int i = 0; i < ids.size(); i++) {
      int cell = order.cell()[i];
      cells[cell] = ids.get(i) + " (" + titles.get(groups[cell]) + ")";
    }
    return side.naming(List.of(cells));
  }

  private String title(Integer label) {
    return label == null || label == GramSide.NONE ? "no label" : names.title(label);
  }

  /** Finite ones, ascending. */
  private static double[] offDiagonal(GramRaster raster, double[][] values) {
    DoubleStream.Builder all = DoubleStream.builder();
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        if (!raster.isDiagonal(i, j)) {
          all.add(values[i][j]);
        }
      }
    }
    return all.build().filter(Double::isFinite).sorted().toArray();
  }
}
