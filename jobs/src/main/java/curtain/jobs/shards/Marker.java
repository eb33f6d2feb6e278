package curtain.jobs.shards;

import java.util.Map;
import java.util.TreeMap;

/**
 * The marker that a shard, or a unit of a stage, is done: what one attempt at it has written. It is
 * one small file and written last, so whichever attempt's it is, it names files that are whole and
 * of one computation.
 *
 * @param files the attempt's files: by their names below {@code --output}, where the commit moves
 *     them, those below {@code _incomplete/}
 * @param counts counts of the attempt
 */
record Marker(Map<String, String> files, ShardResult counts) {
  /** Keeps a copy, with files ordered by the names that they get. */
  Marker {
    files = new TreeMap<>(files);
  }

  /** The table, or the plain file, that a file's name below {@code --output} is of. */
  static String table(String name) {
    int end = name.indexOf('/');
    return end < 0 ? name : name.substring(0, end);
  }
}
