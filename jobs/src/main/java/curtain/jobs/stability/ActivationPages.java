package curtain.jobs.stability;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.Histogram;
import curtain.figures.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Histograms of how often channels are active, one for each checkpoint.
 *
 * @param results what is shown
 * @param labels of checkpoints
 * @param model name of the network
 * @param neurons whether activations were counted by neuron, else by channel
 */
record ActivationPages(
    StabilityResults results, StabilityLabels labels, String model, boolean neurons) {
  private static final int PANELS_ACROSS = 4;
  private static final int PANELS_ON_A_PAGE = 20;

  /** One or more. */
  List<Drawing> pages(Type type) {
    long most = results.shares().values().stream().flatMapToLong(Arrays::stream).max().orElse(1);
    String what = neurons ? "neurons" : "channels";
    Axis across = Axis.linear(neurons ? "share of images" : "share of images and positions", 0, 1);
    Axis up = Axis.around(what, 0, (double) most);
    List<Drawing> panels = new ArrayList<>();
    for (Map.Entry<String, long[]> entry : results.shares().entrySet()) {
      List<StabilityResults.Activity> own =
          results.activity().stream()
              .filter(each -> each.checkpoint().equals(entry.getKey()))
              .toList();
      panels.add(
          new Histogram(
                  "checkpoint " + labels.label(entry.getKey()),
                  List.of(
                      String.format(
                          Locale.ROOT,
                          "of %,d neurons",
                          own.stream().mapToLong(each -> each.neurons()).sum()),
                      String.format(
                          Locale.ROOT,
                          "%,d dead, %,d always on",
                          own.stream().mapToLong(each -> each.dead()).sum(),
                          own.stream().mapToLong(each -> each.alwaysOn()).sum())),
                  across,
                  0,
                  1,
                  up,
                  entry.getValue())
              .drawing(type, type.em(14), type.em(8)));
    }
    List<Drawing> pages = new ArrayList<>();
    for (int from = 0; from < panels.size(); from += PANELS_ON_A_PAGE) {
      List<Drawing> here = panels.subList(from, Math.min(panels.size(), from + PANELS_ON_A_PAGE));
      List<Drawing> lines = new ArrayList<>();
      for (int i = 0; i < here.size(); i += PANELS_ACROSS) {
        lines.add(Drawing.beside(type, here.subList(i, Math.min(here.size(), i + PANELS_ACROSS))));
      }
      pages.add(
          Drawing.page(
              type,
              String.format(
                  Locale.ROOT,
                  "%s, %s: how often %s are active, all layers, by %s",
                  model,
                  results.countedImages(),
                  what,
                  labels.title()),
              Drawing.below(type, lines),
              List.of("Dead neurons are active for no image, those always on for every one.")));
    }
    return pages;
  }
}
