package curtain.jobs.shards;

import curtain.engine.Machine;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The counts of a shard, or of several together.
 *
 * @param images number of distinct images that gave results
 * @param errors number of images that gave none, each a row of {@code errors}
 * @param rows number of rows by table
 * @param machines machines that a network ran on, each once; empty where none ran
 */
public record ShardResult(long images, long errors, Map<String, Long> rows, List<Machine> machines)
    implements Serializable {
  /** The counts of no shard. */
  public static final ShardResult NONE = new ShardResult(0, 0, Map.of());

  /** Keeps copies, with rows ordered by table; null for machines is an empty list. */
  public ShardResult {
    rows = new TreeMap<>(rows);
    machines = machines == null ? List.of() : List.copyOf(machines);
  }

  /** The counts of work without a network. */
  public ShardResult(long images, long errors, Map<String, Long> rows) {
    this(images, errors, rows, List.of());
  }

  /** The counts with these numbers of rows in place of the shards'. */
  ShardResult replacing(Map<String, Long> reduced) {
    Map<String, Long> all = new TreeMap<>(rows);
    all.putAll(reduced);
    return new ShardResult(images, errors, all, machines);
  }

  /** The sum of both counts. */
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
