package curtain.jobs.stability;

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
import java.util.Objects;

/**
 * Hypothesis 1 as heat maps: the correlation of a logit with the one under another checkpoint's
 * gates, (T, S), a panel for each kind of gate, t_pi framed.
 *
 * @param results what is shown
 * @param labels of checkpoints
 * @param type sizes of text
 * @param model name of the network
 * @param threshold of t_pi, as in the provenance
 * @param classes names of fixed targets
 */
record PathStabilityPages(
    StabilityResults results,
    StabilityLabels labels,
    Type type,
    String model,
    String threshold,
    ClassNames classes) {
  /** The page of a class, of the label's for null. */
  Drawing page(Integer target) {
    List<PathStabilityRow> rows =
        results.pathStability().stream()
            .filter(row -> Objects.equals(row.target(), target))
            .toList();
    Scale scale = Scale.sequential("Pearson correlation over images", least(rows), largest(rows));
    String last = results.checkpoints().get(results.checkpoints().size() - 1);
    List<Drawing> panels = new ArrayList<>();
    List<String> headlines = new ArrayList<>();
    List<String> kinds = results.gates();
    for (String gate : kinds) {
      double[][] values = new double[results.checkpoints().size()][results.gatesFrom().size()];
      Arrays.stream(values).forEach(row -> Arrays.fill(row, Double.NaN));
      rows.stream()
          .filter(row -> row.gate().equals(gate))
          .forEach(
              row ->
                  values[labels.index(row.weightsFrom())][
                          results.gatesFrom().indexOf(row.gatesFrom())] =
                      StabilityLabels.number(row.pearson()));
      List<HeatMap.Cell> marked = new ArrayList<>();
      List<String> never = new ArrayList<>();
      for (TPiRow row : results.tPi()) {
        if (!row.gate().equals(gate) || !Objects.equals(row.target(), target)) {
          continue;
        }
        int lender = results.gatesFrom().indexOf(row.gatesFrom());
        String at = row.tPi() == null ? "never" : labels.label(row.tPi());
        if (row.tPi() == null) {
          never.add(labels.label(row.gatesFrom()));
        } else {
          marked.add(new HeatMap.Cell(labels.index(row.tPi()), lender));
        }
        if (row.gatesFrom().equals(last)) {
          headlines.add(String.format(Locale.ROOT, "%s %s", gate, at));
        }
      }
      String meaning =
          "t_\u03c0(s): the earliest t from which on the correlation is above " + threshold;
      Side weights =
          Side.cells("t: weights of " + labels.pattern(), labels.labels(results.checkpoints()));
      Side gates =
          Side.cells("s: gates of " + labels.pattern(), labels.labels(results.gatesFrom()));
      HeatMap map =
          HeatMap.plain(labels.gates(gate), weights, gates, values, scale, true)
              .withNumbers(2)
              .marking(
                  marked, never.isEmpty() ? meaning : meaning + "; none for s = " + some(never));
      boolean bar = gate.equals(kinds.get(kinds.size() - 1));
      panels.add(HeatMapLayout.of(bar ? map : map.withoutBar(), type));
    }
    String logit = target == null ? "the label's logit" : "the logit of " + classes.title(target);
    return Drawing.page(
        type,
        String.format(
            Locale.ROOT,
            "%s, %s: %s under another checkpoint's gates, correlated with the logit itself",
            model,
            results.countedImages(),
            logit),
        Drawing.beside(type, panels),
        headlines.isEmpty()
            ? List.of()
            : List.of(
                String.format(
                    Locale.ROOT,
                    "t_\u03c0 of the last checkpoint's gates (s = %s): %s.",
                    labels.last(),
                    String.join(", ", headlines))));
  }

  private static String some(List<String> names) {
    int most = 6;
    return names.size() <= most
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, most)) + " and " + (names.size() - most) + " more";
  }

  private static double least(List<PathStabilityRow> rows) {
    return rows.stream()
        .mapToDouble(row -> StabilityLabels.number(row.pearson()))
        .filter(Double::isFinite)
        .min()
        .orElse(Double.NaN);
  }

  private static double largest(List<PathStabilityRow> rows) {
    return -rows.stream()
        .mapToDouble(row -> -StabilityLabels.number(row.pearson()))
        .filter(Double::isFinite)
        .min()
        .orElse(Double.NaN);
  }
}
