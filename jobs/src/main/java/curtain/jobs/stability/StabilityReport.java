package curtain.jobs.stability;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Gates over training: correlations of the logit with the one under another checkpoint's gates,
 * with t_pi; gates that differ from the last checkpoint's, by layer; correlations over paths;
 * cosines with the last checkpoint's pullbacks.
 */
public final class StabilityReport implements ReportSection {
  @Override
  public String command() {
    return "stability";
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    StabilityResults results = StabilityResults.read(input, room.conf());
    ClassNames classes = ClassNames.of(input, room.labels(), room.conf());
    String smooth =
        String.format(
            Locale.ROOT,
            "%s gates, T\u00a0=\u00a0%s",
            input.setting("gate"),
            input.setting("temperature"));
    StabilityLabels names = StabilityLabels.of(results.checkpoints(), smooth);
    json.put("images", results.images());
    json.put("threshold", Double.valueOf(input.setting("threshold")));
    json.put("axis", names.title());
    json.put("scale", names.training().kind().name());
    json.putAll("places", names.training().places());
    json.putAll("checkpoints", names.names().names());
    json.putAll("gatesFrom", names.labels(results.gatesFrom()));
    json.beginArray("maps");
    List<Integer> targets = new ArrayList<>(List.of());
    targets.add(null);
    targets.addAll(results.fixed());
    for (Integer target : targets) {
      for (String gate : results.gates()) {
        map(results, names, gate, target, classes, json);
      }
    }
    json.endArray();
    flips(results, json);
    json.beginArray("paths");
    for (String gate : results.gates()) {
      Stream<MeanAt> means =
          results.pathSpace().stream()
              .filter(row -> row.gateA().equals(gate))
              .map(PathSpaceRow::meanAt);
      series(results, means.toList(), names.gates(gate), json);
    }
    json.endArray();
    json.beginArray("cosines");
    for (String direction : List.of("pullback", "gradient")) {
      Stream<MeanAt> means =
          results.cosines().stream()
              .filter(row -> row.direction().equals(direction))
              .map(PullbackCosineRow::meanAt);
      series(results, means.toList(), direction, json);
    }
    json.endArray();
    return List.of();
  }

  /** Rows: weights; columns: gates. */
  private static void map(
      StabilityResults results,
      StabilityLabels names,
      String gate,
      Integer target,
      ClassNames classes,
      ReportJson json)
      throws IOException {
    List<String> from = results.gatesFrom();
    double[][] values = new double[results.checkpoints().size()][from.size()];
    for (double[] row : values) {
      Arrays.fill(row, Double.NaN);
    }
    for (PathStabilityRow row : results.pathStability()) {
      if (row.gate().equals(gate) && Objects.equals(row.target(), target)) {
        values[names.index(row.weightsFrom())][from.indexOf(row.gatesFrom())] =
            StabilityLabels.number(row.pearson());
      }
    }
    String[] tPi = new String[from.size()];
    for (TPiRow row : results.tPi()) {
      if (row.gate().equals(gate) && Objects.equals(row.target(), target) && row.tPi() != null) {
        tPi[from.indexOf(row.gatesFrom())] = names.label(row.tPi());
      }
    }
    json.begin();
    json.put("gate", names.gates(gate));
    json.put("target", target == null ? "each image's label" : classes.title(target));
    json.putAll("tPi", Arrays.asList(tPi));
    json.put("matrix", values);
    json.end();
  }

  private static void flips(StabilityResults results, ReportJson json) throws IOException {
    List<String> layers = results.layers();
    double[][] shares = new double[layers.size()][results.checkpoints().size()];
    for (GateFlipsRow row : results.flips()) {
      shares[row.layer()][results.checkpoints().indexOf(row.checkpointA())] = row.rate();
    }
    json.beginArray("flips");
    for (int i = 0; i < layers.size(); i++) {
      json.begin();
      json.put("layer", layers.get(i));
      json.putAll("shares", shares[i]);
      json.end();
    }
    json.endArray();
  }

  /** A number over training, with its standard deviation behind it. */
  private static void series(
      StabilityResults results, List<MeanAt> all, String title, ReportJson json)
      throws IOException {
    double[] means = new double[results.checkpoints().size()];
    double[] deviations = new double[means.length];
    Arrays.fill(means, Double.NaN);
    Arrays.fill(deviations, Double.NaN);
    for (MeanAt each : all) {
      int at = results.checkpoints().indexOf(each.checkpoint());
      means[at] = StabilityLabels.number(each.mean());
      deviations[at] = StabilityLabels.number(each.std());
    }
    json.begin();
    json.put("title", title);
    json.putAll("means", means);
    json.putAll("deviations", deviations);
    json.end();
  }
}
