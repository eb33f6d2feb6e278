package curtain.jobs.gram;

import curtain.figures.Drawing;
import curtain.figures.HeatMap;
import curtain.figures.HeatMapLayout;
import curtain.figures.Scale;
import curtain.figures.Side;
import curtain.figures.Type;
import curtain.jobs.show.ClassNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Normalised kernels as heat maps, images ordered by class.
 *
 * @param type sizes of text
 * @param model name of the network
 * @param gates of its kernels, in words
 * @param layers L
 * @param names of classes
 */
record GramPages(Type type, String model, String gates, int layers, ClassNames names) {
  /** The part of the numbers off the diagonal that have the colour of the least. */
  private static final double CLIPPED = 0.01;

  /** From so many numbers on a class's mean is written into its cell. */
  private static final int DECIMALS = 2;

  /** The page of a kernel. */
  Drawing page(GramRaster raster) {
    DrawnKernel kernel = raster.kernel();
    double[][] values = raster.values();
    double[] ends = ends(raster, values);
    Scale scale = Scale.sequential(kernel.meaning(), ends[0], ends[1]);
    HeatMap map =
        HeatMap.plain(
            heading(kernel),
            side(raster.isSymmetric() ? "images" : "rows", raster.rows()),
            side(raster.isSymmetric() ? "images" : "columns", raster.columns()),
            values,
            scale,
            true);
    int rows = raster.rows().cell().length;
    int columns = raster.columns().cell().length;
    String images = raster.isSymmetric() ? counted(rows) : rows + " x " + counted(columns);
    return Drawing.page(type, title(kernel, images), HeatMapLayout.of(map, type), notes(raster));
  }

  /**
   * The numbers at the ends of the colours: the least off the diagonal, of a logarithm the 1 %
   * quantile, and the largest; NaN where there is none.
   */
  static double[] ends(GramRaster raster, double[][] values) {
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

  private List<String> notes(GramRaster raster) {
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

  /** Means by class of a Gram that keeps no tiles. */
  Drawing page(ClassBlocks blocks) {
    DrawnKernel kernel = blocks.kernel();
    double[][] values = blocks.drawn();
    double[] sorted = finite(Arrays.stream(values).flatMapToDouble(Arrays::stream));
    Scale scale =
        Scale.sequential(
            kernel.logarithmic() ? "ln |mean|" : "mean",
            sorted.length == 0 ? Double.NaN : sorted[0],
            sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1]);
    List<String> titles = blocks.labels().stream().map(this::title).toList();
    HeatMap map =
        HeatMap.plain(
                "Normalised to K(x, x) = 1; means over all pairs of two different images",
                Side.cells("class of x", titles),
                Side.cells("class of x'", titles),
                values,
                scale,
                true)
            .withNumbers(DECIMALS);
    return Drawing.page(
        type,
        title(kernel, counted(blocks.images())) + ", means by class",
        HeatMapLayout.of(map, type),
        List.of(
            "Of a Gram that keeps no tiles; one of curtain gram --keep tiles shows every image."));
  }

  private Side side(String what, GramOrder order) {
    boolean grouped = order.labels().size() > 1 || order.labels().get(0) != GramSide.NONE;
    return Side.groups(
        grouped ? what + ", by class" : what + ", in their order",
        grouped ? order.labels().stream().map(this::title).toList() : List.of(""),
        order.sizes());
  }

  private String title(Integer label) {
    return label == null || label == GramSide.NONE ? "no label" : names.title(label);
  }

  private static String counted(long images) {
    return images == 1 ? "1 image" : String.format(Locale.ROOT, "%,d images", images);
  }

  private static double[] offDiagonal(GramRaster raster, double[][] values) {
    DoubleStream.Builder all = DoubleStream.builder();
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        if (!raster.isDiagonal(i, j)) {
          all.add(values[i][j]);
        }
      }
    }
    return finite(all.build());
  }

  private static double[] finite(DoubleStream values) {
    return values.filter(Double::isFinite).sorted().toArray();
  }
}
