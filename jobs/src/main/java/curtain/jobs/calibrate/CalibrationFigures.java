package curtain.jobs.calibrate;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.Histogram;
import curtain.figures.ShortNames;
import curtain.figures.Type;
import curtain.jobs.command.CalibrationTables;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Csv;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.Png;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * How each layer's pre-activations are distributed, and where T lies in that [paper, 4.2]: {@code
 * distributions-0001.png} and so on, a panel for each layer; {@code distributions.csv} with their
 * bins and {@code layers.csv} with mean, standard deviation, T and the share within T of 0.
 */
public final class CalibrationFigures implements FigureKind {
  private static final int EM = 22;
  private static final int PANELS_ACROSS = 4;
  private static final int PANELS_ON_A_PAGE = 20;

  private final TemperatureMark mark;

  /** With the options on what is marked. */
  public CalibrationFigures(TemperatureMark mark) {
    this.mark = mark;
  }

  @Override
  public String command() {
    return CalibrationTables.COMMAND;
  }

  @Override
  public Set<String> options() {
    return TemperatureMark.OPTIONS;
  }

  @Override
  public String files() {
    return "distributions-\\d+\\.png|(distributions|layers)\\.csv";
  }

  @Override
  public Ready ready(FinishedOutput input, String labels, Configuration conf)
      throws IOException, RunException {
    mark.check();
    return new Charts(
        LayerHistogram.read(input, conf),
        mark,
        input.provenance().results(),
        input.setting("model"));
  }

  /** Tables that have been read. */
  private record Charts(
      List<LayerHistogram> layers, TemperatureMark mark, long images, String model)
      implements Ready {
    @Override
    public Settings settings() {
      return mark.settings();
    }

    @Override
    public String shown() {
      return String.format(Locale.ROOT, "%,d layers", layers.size());
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress) throws IOException {
      Map<String, Long> counts = new LinkedHashMap<>();
      List<Drawing> pages = pages(Type.ofSize(EM));
      for (int i = 0; i < pages.size(); i++) {
        Png.write(
            output,
            String.format(Locale.ROOT, "distributions-%04d.png", i + 1),
            pages.get(i).draw());
      }
      counts.put("pages", (long) pages.size());
      try (Csv csv =
          new Csv(output, "distributions.csv", List.of("layer", "name", "low", "high", "share"))) {
        for (LayerHistogram each : layers) {
          for (int i = 0; i < each.shares().length; i++) {
            csv.row(
                each.layer(), each.name(), each.edges()[i], each.edges()[i + 1], each.shares()[i]);
          }
        }
        counts.put("distributions.csv", csv.rows());
      }
      try (Csv csv =
          new Csv(
              output,
              "layers.csv",
              List.of("layer", "name", "count", "mean", "std", "temperature", "share_within"))) {
        for (LayerHistogram each : layers) {
          Double t = mark.of(each.deviation());
          csv.row(
              each.layer(),
              each.name(),
              each.count(),
              each.mean(),
              each.deviation(),
              t,
              t == null ? null : each.within(t));
        }
        counts.put("layers.csv", csv.rows());
      }
      return counts;
    }

    private List<Drawing> pages(Type type) {
      ShortNames names = ShortNames.of(layers.stream().map(LayerHistogram::name).toList());
      List<Drawing> pages = new ArrayList<>();
      for (int from = 0; from < layers.size(); from += PANELS_ON_A_PAGE) {
        int first = from;
        List<LayerHistogram> here =
            layers.subList(from, Math.min(layers.size(), from + PANELS_ON_A_PAGE));
        List<Drawing> lines = new ArrayList<>();
        for (int i = 0; i < here.size(); i += PANELS_ACROSS) {
          lines.add(
              Drawing.beside(
                  type,
                  IntStream.range(i, Math.min(here.size(), i + PANELS_ACROSS))
                      .mapToObj(at -> panel(type, here.get(at), names.names().get(first + at)))
                      .toList()));
        }
        List<String> notes = new ArrayList<>();
        notes.add(
            "From the quantile of 0.001 to that of 0.999; a bar is the share of all numbers.");
        if (!names.pattern().equals("*")) {
          notes.add("Names of layers: " + names.pattern());
        }
        if (mark.of(1) != null) {
          notes.add("Lines: \u2212T and T, " + mark.title() + ", where they are in that range.");
        }
        pages.add(
            Drawing.page(
                type,
                String.format(
                    Locale.ROOT,
                    "%s, %,d images: pre-activations of every ReLU, over images, channels and"
                        + " positions",
                    model,
                    images),
                Drawing.below(type, lines),
                notes));
      }
      return pages;
    }

    private Drawing panel(Type type, LayerHistogram each, String name) {
      List<String> notes = new ArrayList<>();
      notes.add(name);
      notes.add(
          String.format(
              Locale.ROOT, "mean %s, std %s", number(each.mean()), number(each.deviation())));
      List<Double> marks = new ArrayList<>();
      Double t = mark.of(each.deviation());
      if (t != null) {
        marks.addAll(List.of(-t, t));
        notes.add(
            String.format(
                Locale.ROOT,
                "T\u00a0=\u00a0%s: %.0f\u00a0%% within",
                number(t),
                100 * each.within(t)));
      }
      double most = Arrays.stream(each.shares()).max().orElse(1);
      return new Histogram(
              "layer " + each.layer(),
              notes,
              Axis.linear("z", each.low(), each.high()),
              each.low(),
              each.high(),
              Axis.around("share", 0, most),
              each.shares(),
              marks)
          .drawing(type, type.em(14), type.em(8));
    }

    /** Three significant digits. */
    private static String number(double value) {
      double size = Math.abs(value);
      String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
      if (size < 0.001 && size > 0) {
        format = "%.1e";
      }
      return String.format(Locale.ROOT, format, value).replace('-', '\u2212');
    }
  }
}
