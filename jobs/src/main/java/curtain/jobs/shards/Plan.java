package curtain.jobs.shards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a run was begun with, kept as {@code _plan.json} so that a resumed run does the same work.
 *
 * @param command name of the command
 * @param commandLine as typed
 * @param start when the run began, ISO 8601, UTC
 * @param settings everything that decides results, by option name without dashes, in the order of
 *     the command's options; how the work is cut and where it runs are not among them
 * @param tables names of the tables that the command writes, and of plain files beside them
 * @param shards the cut, kept by a resumed run whatever its slots
 */
public record Plan(
    String command,
    String commandLine,
    String start,
    Map<String, String> settings,
    List<String> tables,
    List<Shard> shards) {
  /** Keeps copies, in order. */
  public Plan {
    settings = new LinkedHashMap<>(settings);
    tables = List.copyOf(tables);
    shards = List.copyOf(shards);
  }

  /** The number of images listed. */
  public long images() {
    return shards.isEmpty() ? 0 : shards.get(shards.size() - 1).to();
  }

  /**
   * Names each setting that differs, with both values: {@code --limit was 10, is 20}; empty when
   * none does.
   *
   * @param before settings of the run that is there
   * @param now settings asked for
   */
  public static List<String> changes(Map<String, String> before, Map<String, String> now) {
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(before.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String was = before.getOrDefault(name, "not set");
      String is = now.getOrDefault(name, "not set");
      if (!was.equals(is)) {
        changes.add(String.format(Locale.ROOT, "%s was %s, is %s", label(name), was, is));
      }
    }
    return changes;
  }

  /**
   * Refuses settings that are not those of what is there.
   *
   * @param output as a user would write it
   * @param before settings of what is there
   * @param now settings asked for
   * @throws RunException naming each that differs, with both values
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

  /** Names with an underscore are facts about the input; options have none. */
  private static String label(String name) {
    return name.indexOf('_') >= 0 ? name : "--" + name;
  }
}
