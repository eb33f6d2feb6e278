package curtain.jobs.shards;

import curtain.engine.Machine;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What came of a shard; results add up.
 *
 * @param images distinct images that gave results
 * @param errors images that gave none, each a row of {@code errors}
 * @param rows number of rows by table
 * @param machines that a network ran on, each once; empty where none ran
 */
public record ShardResult(long images, long errors, Map<String, Long> rows, List<Machine> machines)
    implements Serializable {
  /** Nothing done yet. */
  public static final ShardResult NONE = new ShardResult(0, 0, Map.of());

  /** Keeps copies, rows ordered by table; missing machines are none. */
  public ShardResult {
    rows = new TreeMap<>(rows);
    machines = machines == null ? List.of() : List.copyOf(machines);
  }

  /** What no network has worked at. */
  public ShardResult(long images, long errors, Map<String, Long> rows) {
    this(images, errors, rows, List.of());
  }

  /** With these numbers of rows in place of what the shards wrote. */
  ShardResult replacing(Map<String, Long> reduced) {
    Map<String, Long> all = new TreeMap<>(rows);
    all.putAll(reduced);
    return new ShardResult(images, errors, all, machines);
  }

  /** The sum of both. */
  public ShardResult plus(ShardResult other) {
    Map<String, Long> sum = new TreeMap<>(rows);
    other.rows.forEach((table, count) -> sum.merge(table, count, Long::sum));
    return new ShardResult(
        images + other.images,
        errors + other.errors,
        sum,
        Stream.concat(machines.stream(), other.machines.stream()).distinct().toList());
  }
}
