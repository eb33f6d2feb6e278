package curtain.jobs.shards;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * The paths of a run's files, which the package's description explains.
 *
 * @param output URI of {@code --output}
 */
public record Layout(String output) implements Serializable {
  static final String INCOMPLETE = "_incomplete";
  static final String SUCCESS = "_SUCCESS";
  static final String PROVENANCE = "_provenance.json";
  static final String MARKER = ".json";

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
    return new Path(incomplete(), "_temporary");
  }

  Path markers() {
    return new Path(incomplete(), "_shards");
  }

  /** The file of the {@link Marker} of a shard, or of a unit of a stage. */
  Path marker(String unit) {
    return new Path(markers(), unit + MARKER);
  }

  /** A table, or a file, until the commit. */
  Path unfinished(String name) {
    return new Path(incomplete(), name);
  }

  /** The name below {@code --output} of a unit's file of a table. */
  static String part(String table, String unit) {
    return table + "/part-" + unit + ".parquet";
  }

  /** The layout of a stage's files until the commit. */
  Layout staged() {
    return new Layout(new Path(incomplete(), "_staged").toString());
  }

  /** The directory of files that are needed only until the commit. */
  public Path scratch() {
    return new Path(incomplete(), "_scratch");
  }

  /** The layout of a reduction's files until the commit, with one shard. */
  Layout reduced() {
    return new Layout(new Path(incomplete(), "_reduced").toString());
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
