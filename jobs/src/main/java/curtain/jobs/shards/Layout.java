package curtain.jobs.shards;

import java.io.Serializable;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * The paths of a run's files, which the package's description explains. What tasks write lies in a
 * directory of their run's own, so that a task that outlives its run writes where nothing counts.
 *
 * @param output URI of {@code --output}
 * @param run id of the run, see {@link Plan}
 * @param units directory of a stage's or a reduction's files in the run's; empty for the shards'
 */
public record Layout(String output, String run, String units) implements Serializable {
  static final String INCOMPLETE = "_incomplete";
  static final String SUCCESS = "_SUCCESS";
  static final String PROVENANCE = "_provenance.json";
  static final String MARKER = ".json";
  static final String LOCK = "_lock";

  /** The layout of a run that may begin in a directory, with a new id. */
  static Layout of(Path output) {
    return new Layout(output.toString(), UUID.randomUUID().toString(), "");
  }

  /** The layout of a run that has begun there. */
  Layout ofRun(String begun) {
    return new Layout(output, begun, units);
  }

  /** The directory of {@code --output}. */
  public Path root() {
    return new Path(output);
  }

  /** A path as a user would write it: without the scheme where it is the local file system. */
  public static String display(Path path) {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  /**
   * A path as a user gave it, or, on a file system other than the local one, as a full URI: so an
   * error says where a plain path was looked for.
   */
  public static String named(String given, Path qualified) {
    return "file".equals(qualified.toUri().getScheme()) ? given : qualified.toString();
  }

  Path incomplete() {
    return new Path(root(), INCOMPLETE);
  }

  /** The file of {@link OutputLock}. */
  Path lock() {
    return new Path(root(), LOCK);
  }

  /** The directory of the run's own files until the commit. */
  Path own() {
    Path own = new Path(incomplete(), run);
    return units.isEmpty() ? own : new Path(own, units);
  }

  Path plan() {
    return new Path(incomplete(), "_plan.json");
  }

  /** The marker that a whole output beside {@code _incomplete/} is the one to be replaced. */
  Path replaces() {
    return new Path(incomplete(), "_replaces");
  }

  /** The marker that the run is being deleted and cannot be resumed. */
  Path abandoned() {
    return new Path(incomplete(), "_abandoned");
  }

  Path temporary() {
    return new Path(own(), "_temporary");
  }

  Path markers() {
    return new Path(own(), "_shards");
  }

  /** The file of the {@link Marker} of a shard, or of a unit of a stage. */
  Path marker(String unit) {
    return new Path(markers(), unit + MARKER);
  }

  /** A table, or a file, until the commit. */
  Path unfinished(String name) {
    return new Path(own(), name);
  }

  /** The name below {@code --output} of a unit's file of a table. */
  static String part(String table, String unit) {
    return table + "/part-" + unit + ".parquet";
  }

  /** The layout of a stage's files until the commit. */
  Layout staged() {
    return new Layout(output, run, "_staged");
  }

  /** The directory of files that are needed only until the commit. */
  public Path scratch() {
    return new Path(own(), "_scratch");
  }

  /** The layout of a reduction's files until the commit, with one unit. */
  Layout reduced() {
    return new Layout(output, run, "_reduced");
  }

  Path table(String table) {
    return new Path(root(), table);
  }

  Path success(Path directory) {
    return new Path(directory, SUCCESS);
  }

  Path provenance(Path directory) {
    return new Path(directory, PROVENANCE);
  }
}
