package curtain.jobs.shards;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a shard; results add up.
 *
 * @param images distinct images that gave results
 * @param errors images that gave none, each a row of {@code errors}
 * @param rows number of rows by table
 */
public record ShardResult(long images, long errors, Map<String, Long> rows)
    implements Serializable {
  /** Nothing done yet. */
  public static final ShardResult NONE = new ShardResult(0, 0, Map.of());

  /** Keeps a copy, ordered by table. */
  public ShardResult {
    rows = new TreeMap<>(rows);
  }

  /** With these numbers of rows in place of what the shards wrote. */
  ShardResult replacing(Map<String, Long> reduced) {
    Map<String, Long> all = new TreeMap<>(rows);
    all.putAll(reduced);
    return new ShardResult(images, errors, all);
  }

  /** The sum of both. */
  public ShardResult plus(ShardResult other) {
    Map<String, Long> sum = new TreeMap<>(rows);
    other.rows.forEach((table, count) -> sum.merge(table, count, Long::sum));
    return new ShardResult(images + other.images, errors + other.errors, sum);
  }
}
