package curtain.jobs.shards;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;

/**
 * The plan of a run, kept as {@code _plan.json} so that a resumed run does the same work.
 *
 * @param run random id of the run, which a resumed one keeps; null in plans of earlier versions
 * @param command name of the command
 * @param commandLine command line as typed
 * @param start when the run began, ISO 8601, UTC
 * @param settings everything that decides results, by option name without dashes, in the order of
 *     the command's options; not how the work is cut or where it runs
 * @param tables names of the tables that the command writes, and of plain files beside them
 * @param shards the shards, which a resumed run keeps, whatever its number of slots
 * @param application YARN's id of the application that began it, whose further attempts go on with
 *     it; null where YARN ran no driver
 */
public record Plan(
    String run,
    String command,
    String commandLine,
    String start,
    Map<String, String> settings,
    List<String> tables,
    List<Shard> shards,
    String application) {
  /** Keeps copies, in the order given. */
  public Plan {
    settings = new LinkedHashMap<>(settings);
    tables = List.copyOf(tables);
    shards = List.copyOf(shards);
  }

  /**
   * Checks that the plan of a run is still that of its output.
   *
   * @throws IOException where it is gone, or another run's; or when storage fails
   */
  static void refuseOvertaken(Layout layout, FileSystem fs) throws IOException {
    Plan now = Storage.readJson(fs, layout.plan(), Plan.class);
    if (now == null || !layout.run().equals(now.run())) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "--output %s: %s; this one stops, and what it has written since does not count",
              Layout.display(layout.root()),
              now == null ? "this run has ended there" : "another run has begun there"));
    }
  }

  /** Settings that outputs lack which are older than the choice, by what all had then. */
  private static final Map<String, String> ONLY = Map.of("precision", "fp32");

  /**
   * A description of each setting that differs, with both values: {@code --limit was 10, is 20}.
   *
   * @param before settings of the existing run
   * @param now settings asked for
   */
  public static List<String> changes(Map<String, String> before, Map<String, String> now) {
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(before.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String was = before.getOrDefault(name, ONLY.getOrDefault(name, "not set"));
      String is = now.getOrDefault(name, "not set");
      if (!was.equals(is)) {
        changes.add(String.format(Locale.ROOT, "%s was %s, is %s", label(name), was, is));
      }
    }
    return changes;
  }

  /**
   * Refuses settings that differ from those of an existing output.
   *
   * @param output the output, as a user would write it
   * @param before settings of the existing output
   * @param now settings asked for
   * @throws RunException naming each setting that differs, with both values
   */
  public static void refuseChanges(
      String output, Map<String, String> before, Map<String, String> now) throws RunException {
    List<String> changes = changes(before, now);
    if (!changes.isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--resume: %s was made with other settings: %s; give the same, or --overwrite to begin again",
              output,
              String.join("; ", changes)));
    }
  }

  /**
   * A setting's name in a message: as an option, or as it is where an underscore tells a fact about
   * the input.
   */
  private static String label(String name) {
    return name.indexOf('_') >= 0 ? name : "--" + name;
  }
}
