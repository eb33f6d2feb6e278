package curtain.jobs.stability;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.MergedRun;
import curtain.jobs.shards.Meter;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Plan;
import curtain.jobs.shards.Provenance;
import curtain.jobs.shards.Reduction;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardResult;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.tables.ErrorRow;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.Sha256;
import curtain.jobs.task.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;

/**
 * Merges two outputs of {@code stability} over different images into one, equal to that of a run
 * over all of them.
 *
 * @param base merges the sums
 * @param shift added to the ordinals of the second output
 */
record StabilityMerge(StabilityReduction base, long shift) implements Reduction {
  /** Settings that may differ, as they name the images. */
  private static final List<String> IMAGES =
      List.of("images", "limit", "images_listed", "listing_sha256");

  @Override
  public List<Table<?>> tables() {
    return StabilityTables.ALL;
  }

  @Override
  public void reduce(Parts parts, Rows rows) throws IOException {
    base.reduce(parts, rows);
    copy(parts, StabilityTables.FROZEN_GATES, rows, row -> row.shifted(shift));
    copy(
        parts,
        Table.ERRORS,
        rows,
        row -> new ErrorRow(row.imageId(), row.ordinal() + shift, row.reason()));
  }

  /** Copies the rows of both outputs, with {@code shifted} applied to those of the second. */
  private static <R extends Record> void copy(
      Parts parts, Table<R> table, Rows rows, UnaryOperator<R> shifted) throws IOException {
    parts.only(0).forEach(table, row -> rows.write(table, row));
    parts.only(1).forEach(table, row -> rows.write(table, shifted.apply(row)));
  }

  /**
   * Runs the merge.
   *
   * @throws RunException when settings differ, which it names, or an image is in both outputs
   * @throws IOException when storage fails
   */
  static ShardedRun.Result run(
      List<FinishedOutput> outputs,
      String commandLine,
      OutputDirectory output,
      Configuration conf,
      Meter meter)
      throws IOException, RunException {
    Provenance first = outputs.get(0).provenance();
    Provenance second = outputs.get(1).provenance();
    Map<String, String> before = new LinkedHashMap<>(first.settings());
    Map<String, String> now = new LinkedHashMap<>(second.settings());
    before.keySet().removeAll(IMAGES);
    now.keySet().removeAll(IMAGES);
    List<String> changes = Plan.changes(before, now);
    if (!changes.isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--merge: %s and %s were made with different settings: %s",
              outputs.get(0).root(),
              outputs.get(1).root(),
              String.join("; ", changes)));
    }
    Parts parts = new Parts(outputs.stream().map(FinishedOutput::root).toList(), conf);
    refuseCommon(parts);
    List<Integer> fixed =
        Arrays.stream(first.settings().get("targets").split(",", -1))
            .skip(1)
            .map(Integer::valueOf)
            .toList();
    double threshold = Double.parseDouble(first.settings().get("threshold"));
    return new MergedRun(
            first.command(),
            commandLine,
            settings(first, second),
            new StabilityMerge(new StabilityReduction(fixed, threshold), first.listed()),
            counts(first).plus(counts(second)),
            Version.build(
                first.precision(),
                first.device().equals(second.device())
                    ? first.device()
                    : first.device() + ", " + second.device()))
        .run(output, parts, conf, meter);
  }

  private static ShardResult counts(Provenance made) {
    return new ShardResult(made.results(), made.errors(), Map.of(), made.machines());
  }

  private static Map<String, String> settings(Provenance first, Provenance second) {
    Map<String, String> settings = new LinkedHashMap<>(first.settings());
    settings.put("images", first.settings().get("images") + ", " + second.settings().get("images"));
    settings.put("limit", "none");
    settings.put("images_listed", String.valueOf(first.listed() + second.listed()));
    MessageDigest digest = Sha256.digest();
    for (Provenance made : List.of(first, second)) {
      digest.update(made.settings().get("listing_sha256").getBytes(StandardCharsets.US_ASCII));
    }
    settings.put("listing_sha256", Sha256.hex(digest));
    return settings;
  }

  private static void refuseCommon(Parts parts) throws IOException, RunException {
    Set<String> ids = ids(parts.only(0));
    List<String> common = new ArrayList<>(ids(parts.only(1)));
    common.retainAll(ids);
    if (!common.isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--merge: image %s is in both outputs, as are %d more; merge runs over different"
                  + " images",
              common.get(0),
              common.size() - 1));
    }
  }

  private static Set<String> ids(Parts parts) throws IOException {
    Set<String> ids = new HashSet<>();
    parts.forEach(StabilityTables.FROZEN_GATES, row -> ids.add(row.imageId()));
    parts.forEach(Table.ERRORS, row -> ids.add(row.imageId()));
    return ids;
  }
}
