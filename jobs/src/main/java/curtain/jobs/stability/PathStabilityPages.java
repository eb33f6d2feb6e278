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
 * Heat maps of hypothesis 1 [paper, 5.1]: the correlation of a logit with the one under another
 * checkpoint's gates, (T, S), a map for each kind of gate, t_pi framed.
 *
 * @param results what is shown
 * @param labels of checkpoints
 * @param model name of the network
 * @param threshold of t_pi, as in the provenance
 * @param classes names of fixed targets
 */
record PathStabilityPages(
    StabilityResults results,
    StabilityLabels labels,
    String model,
    String threshold,
    ClassNames classes) {
  /** Names in a note, the most. */
  private static final int NAMED = 6;

  /** The page of a class, of the label's for null. */
  Drawing page(Type type, Integer target) {
    List<HeatMap> maps = maps(target);
    List<Drawing> panels = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      HeatMap map = maps.get(i);
      panels.add(HeatMapLayout.of(i == maps.size() - 1 ? map : map.withoutBar(), type));
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
        notes(target));
  }

  /** The maps of a class, of the label's for null, by {@link StabilityResults#gates}. */
  List<HeatMap> maps(Integer target) {
    List<PathStabilityRow> rows =
        results.pathStability().stream()
            .filter(row -> Objects.equals(row.target(), target))
            .toList();
    Scale scale =
        Scale.sequential(
            "Pearson correlation over images",
            rows.stream().mapToDouble(row -> StabilityLabels.number(row.pearson())));
    return results.gates().stream()
        .map(
            gate ->
                map(
                    gate,
                    rows.stream().filter(row -> row.gate().equals(gate)).toList(),
                    tPi(gate, target),
                    scale))
        .toList();
  }

  private HeatMap map(String gate, List<PathStabilityRow> rows, List<TPiRow> starts, Scale scale) {
    List<String> lenders = results.gatesFrom();
    double[][] values = new double[results.checkpoints().size()][lenders.size()];
    Arrays.stream(values).forEach(row -> Arrays.fill(row, Double.NaN));
    for (PathStabilityRow row : rows) {
      values[labels.index(row.weightsFrom())][lenders.indexOf(row.gatesFrom())] =
          StabilityLabels.number(row.pearson());
    }
    List<HeatMap.Cell> marked = new ArrayList<>();
    for (TPiRow row : starts) {
      if (row.tPi() != null) {
        marked.add(new HeatMap.Cell(labels.index(row.tPi()), lenders.indexOf(row.gatesFrom())));
      }
    }
    return HeatMap.plain(
            labels.gates(gate),
            side("t: weights of ", results.checkpoints()),
            side("s: gates of ", lenders),
            values,
            scale,
            true)
        .withNumbers(2)
        .marking(
            marked,
            "t_\u03c0(s): the earliest t from which on the correlation is above " + threshold);
  }

  /** A side with a checkpoint for each cell, called {@code gates of 20} where it is pointed at. */
  private Side side(String what, List<String> checkpoints) {
    List<String> names = labels.labels(checkpoints);
    String cell = what.substring(what.indexOf(' ') + 1);
    return Side.cells(what + labels.pattern(), names)
        .naming(names.stream().map(name -> cell + name).toList());
  }

  /** Where t_pi of the last checkpoint's gates lies, and what others have none: or nothing. */
  List<String> notes(Integer target) {
    String last = results.checkpoints().get(results.checkpoints().size() - 1);
    List<String> found = new ArrayList<>();
    List<String> without = new ArrayList<>();
    for (String gate : results.gates()) {
      List<String> never = new ArrayList<>();
      for (TPiRow row : tPi(gate, target)) {
        if (row.gatesFrom().equals(last)) {
          String at = row.tPi() == null ? "never" : labels.label(row.tPi());
          found.add(gate + " " + at);
        } else if (row.tPi() == null) {
          never.add(labels.label(row.gatesFrom()));
        }
      }
      if (!never.isEmpty()) {
        without.add(gate + " s = " + some(never));
      }
    }
    List<String> notes = new ArrayList<>();
    if (!found.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "t_\u03c0 of the last checkpoint's gates (s = %s): %s.",
              labels.last(),
              String.join(", ", found)));
    }
    if (!without.isEmpty()) {
      notes.add("Other gates without t_\u03c0: " + String.join("; ", without) + ".");
    }
    return notes;
  }

  private List<TPiRow> tPi(String gate, Integer target) {
    return results.tPi().stream()
        .filter(row -> row.gate().equals(gate) && Objects.equals(row.target(), target))
        .toList();
  }

  private static String some(List<String> names) {
    return names.size() <= NAMED
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, NAMED)) + " and " + (names.size() - NAMED) + " more";
  }
}
