package curtain.jobs.stability;

import curtain.figures.Drawing;
import curtain.figures.Type;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.Png;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Gate statistics of a training run as charts [paper, 2.6 and 5.1; spec 4]: {@code
 * path_stability.png} (and one for each fixed class), {@code gate_flips.png}, {@code
 * activations-0001.png} and so on, {@code pullback_cosine.png}; and the numbers that they show, see
 * {@link StabilityCsv}.
 */
public final class StabilityFigures implements FigureKind {
  /** Pixels of an em; a page that is 7 inches wide in print then has text of about 6 points. */
  private static final int EM = 22;

  @Override
  public String command() {
    return "stability";
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public String files() {
    return "(path_stability(_class_\\d+)?|gate_flips|activations-\\d+|pullback_cosine)\\.png|"
        + StabilityCsv.FILES;
  }

  @Override
  public Ready ready(FinishedOutput input, String labels, Configuration conf)
      throws IOException, RunException {
    return new Drawn(StabilityCharts.read(input, labels, conf));
  }

  /** Tables that have been read. */
  private record Drawn(StabilityCharts charts) implements Ready {
    @Override
    public Settings settings() {
      return Settings.NONE;
    }

    @Override
    public long images() {
      return charts.results().images();
    }

    @Override
    public String shown() {
      return String.format(Locale.ROOT, "%,d checkpoints", charts.results().checkpoints().size());
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress) throws IOException {
      Map<String, Long> counts = new LinkedHashMap<>();
      Type type = Type.ofSize(EM);
      long drawn = 1;
      PathStabilityPages maps = charts.correlations();
      Png.write(output, "path_stability.png", maps.page(type, null).draw());
      for (int target : charts.results().fixed()) {
        Png.write(
            output, "path_stability_class_" + target + ".png", maps.page(type, target).draw());
        drawn++;
      }
      Png.write(output, "gate_flips.png", charts.training().gateFlips(type).draw());
      Png.write(output, "pullback_cosine.png", charts.training().pullbackCosine(type).draw());
      drawn += 2;
      List<Drawing> activations = charts.activity().pages(type);
      for (int i = 0; i < activations.size(); i++) {
        Png.write(
            output,
            String.format(Locale.ROOT, "activations-%04d.png", i + 1),
            activations.get(i).draw());
        drawn++;
      }
      counts.put("pages", drawn);
      counts.putAll(StabilityCsv.write(charts.results(), output));
      return counts;
    }
  }
}
