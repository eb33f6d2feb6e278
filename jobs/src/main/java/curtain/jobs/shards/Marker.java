package curtain.jobs.shards;

import java.util.Map;
import java.util.TreeMap;

/**
 * The marker that a shard, or a unit of a stage, is done: what one attempt at it has written. It is
 * one small file and written last, so whichever attempt's it is, it names files that are whole and
 * of one computation.
 *
 * @param files the attempt's files: by their names below {@code --output}, where the commit moves
 *     them, those below {@code _incomplete/}; on an {@link ObjectStore} only those that are read
 *     before the commit, which moves none
 * @param uploads on an {@link ObjectStore} the attempt's files that the commit completes, by their
 *     names below {@code --output}; elsewhere, and in markers of earlier versions, none
 * @param counts counts of the attempt
 */
record Marker(Map<String, String> files, Map<String, Uploaded> uploads, ShardResult counts) {
  /** Keeps copies, ordered by the names that files get. */
  Marker {
    files = new TreeMap<>(files);
    uploads = uploads == null ? Map.of() : new TreeMap<>(uploads);
  }

  /** The table, or the plain file, that a file's name below {@code --output} is of. */
  static String table(String name) {
    int end = name.indexOf('/');
    return end < 0 ? name : name.substring(0, end);
  }
}
