package curtain.jobs.gram;

import curtain.figures.Type;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Counted;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.Png;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.LinkedHashMap;
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
    DrawnGram drawn = DrawnGram.open(gram, labels, conf);
    if (drawn.kernels().isEmpty()) {
      throw new RunException(
          drawn.isTiled()
              ? String.format(
                  Locale.ROOT,
                  "--input %s has no tiles of a kernel that can be drawn",
                  gram.given())
              : String.format(
                  Locale.ROOT,
                  "--input %s keeps no tiles (--keep %s), and no means by class, as it has no pair of images; run curtain gram with --keep tiles",
                  gram.given(),
                  gram.setting("keep")));
    }
    return new Maps(drawn);
  }

  /** A Gram that has one kernel or more. */
  private record Maps(DrawnGram drawn) implements Ready {
    @Override
    public Settings settings() {
      return Settings.NONE;
    }

    @Override
    public long images() {
      return drawn.gram().provenance().results();
    }

    @Override
    public String shown() {
      return Counted.of(drawn.kernels().size(), "kernel");
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress)
        throws IOException, RunException {
      Map<String, Long> counts = new LinkedHashMap<>();
      Type type = Type.ofSize(EM);
      GramPages pages = drawn.pages();
      counts.put("pages", (long) drawn.kernels().size());
      for (DrawnKernel kernel : drawn.kernels()) {
        if (drawn.isTiled()) {
          GramRaster raster = raster(kernel, progress);
          String name = String.format(Locale.ROOT, "gram_%s.png", kernel.table());
          Png.write(output, name, pages.page(type, raster).draw());
          GramCsv.write(raster, drawn.rows(), drawn.right(), pages.names(), output, counts);
        } else {
          ClassBlocks blocks = drawn.blocks(kernel);
          String name = String.format(Locale.ROOT, "class_blocks_%s.png", kernel.table());
          Png.write(output, name, pages.page(type, blocks).draw());
          GramCsv.write(blocks, pages.names(), output, counts);
        }
      }
      return counts;
    }

    private GramRaster raster(DrawnKernel kernel, Progress progress)
        throws IOException, RunException {
      double pairs = (double) drawn.rows().size() * drawn.right().size();
      int before = drawn.kernels().indexOf(kernel);
      return drawn.raster(
          kernel,
          GramOrder.MOST,
          done -> {
            long images = (long) (images() * (before + done / pairs) / drawn.kernels().size());
            progress.show(images, 0, images, images());
          });
    }
  }
}
