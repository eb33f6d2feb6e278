package curtain.jobs.gram;

import curtain.figures.Type;
import curtain.gates.Gate;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.Png;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernels as heat maps [paper, 5.2; spec 3]: {@code gram_KERNEL.png}, images ordered by class; of a
 * Gram that keeps no tiles {@code class_blocks_KERNEL.png}, means by class. The numbers are in
 * {@link GramCsv}.
 */
public final class GramFigures implements FigureKind {
  private static final int EM = 22;
  private static final String TILES = "tiles";

  @Override
  public String command() {
    return "gram";
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public String files() {
    return GramCsv.FILES + "|(gram|class_blocks)_(product|paths|layer_sum|pixel|feature)\\.png";
  }

  @Override
  public Ready ready(FinishedOutput gram, String labels, Configuration conf)
      throws IOException, RunException {
    String keep = gram.setting("keep");
    boolean tiled = keep.equals(TILES);
    Set<String> there =
        KernelRows.kernels(gram, tiled ? GramTables.TILES : GramTables.CLASS_BLOCKS, conf);
    List<DrawnKernel> kernels =
        Arrays.stream(DrawnKernel.values())
            .filter(kernel -> there.contains(kernel.table()))
            .toList();
    if (kernels.isEmpty()) {
      throw new RunException(
          tiled
              ? String.format(
                  Locale.ROOT,
                  "--input %s has no tiles of a kernel that can be drawn",
                  gram.given())
              : String.format(
                  Locale.ROOT,
                  "--input %s keeps no tiles (--keep %s), and no means by class, as it has no pair of images; run curtain gram with --keep tiles",
                  gram.given(),
                  keep));
    }
    int layers;
    try {
      layers = Integer.parseInt(gram.setting("layers"));
    } catch (NumberFormatException e) {
      throw new RunException("the provenance of --input is damaged: " + e.getMessage());
    }
    ClassNames names = ClassNames.of(gram, labels, conf);
    GramPages pages =
        new GramPages(Type.ofSize(EM), gram.setting("model"), gates(gram), layers, names);
    if (!tiled) {
      return new Maps(gram, kernels, null, null, pages, conf);
    }
    boolean two = !gram.setting("columns").equals("none");
    GramSide rows = GramSide.read(gram, GramTables.ROW, conf);
    GramSide columns = two ? GramSide.read(gram, GramTables.COLUMN, conf) : null;
    return new Maps(gram, kernels, rows, columns, pages, conf);
  }

  /** The kind of gates, for people. */
  static String gates(FinishedOutput gram) throws RunException {
    Gate gate = Gate.parse(gram.setting("gate"));
    return gate.hasTemperature()
        ? String.format(
            Locale.ROOT, "%s gates, T\u00a0=\u00a0%s", gate, gram.setting("temperature"))
        : gate + " gates";
  }

  /**
   * A Gram that can be drawn.
   *
   * @param kernels one or more
   * @param rows null where there are no tiles
   * @param columns null where they are the rows' images
   */
  private record Maps(
      FinishedOutput gram,
      List<DrawnKernel> kernels,
      GramSide rows,
      GramSide columns,
      GramPages pages,
      Configuration conf)
      implements Ready {
    @Override
    public Settings settings() {
      return Settings.NONE;
    }

    @Override
    public long images() {
      return gram.provenance().results();
    }

    @Override
    public String shown() {
      return kernels.size() == 1 ? "1 kernel" : kernels.size() + " kernels";
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress)
        throws IOException, RunException {
      Map<String, Long> counts = new LinkedHashMap<>();
      counts.put("pages", (long) kernels.size());
      for (DrawnKernel kernel : kernels) {
        if (rows == null) {
          ClassBlocks blocks = ClassBlocks.read(gram, kernel, conf);
          String name = String.format(Locale.ROOT, "class_blocks_%s.png", kernel.table());
          Png.write(output, name, pages.page(blocks).draw());
          GramCsv.write(blocks, pages.names(), output, counts);
        } else {
          map(kernel, output, progress, counts);
        }
      }
      return counts;
    }

    private void map(
        DrawnKernel kernel, FileOutput output, Progress progress, Map<String, Long> counts)
        throws IOException, RunException {
      GramOrder across = columns == null ? null : GramOrder.of(columns);
      GramRaster raster = new GramRaster(kernel, GramOrder.of(rows), across);
      double pairs = (double) rows.size() * (columns == null ? rows : columns).size();
      int before = kernels.indexOf(kernel);
      raster.read(
          gram,
          pages.layers(),
          conf,
          done -> {
            long images = (long) (images() * (before + done / pairs) / kernels.size());
            progress.show(images, 0, images, images());
          });
      Png.write(
          output,
          String.format(Locale.ROOT, "gram_%s.png", kernel.table()),
          pages.page(raster).draw());
      GramSide right = columns == null ? rows : columns;
      GramCsv.write(raster, rows, right, pages.names(), output, counts);
    }
  }
}
