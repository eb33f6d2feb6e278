package curtain.jobs.shards;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * Where a run keeps its files, see the package's text.
 *
 * @param output URI of {@code --output}
 */
public record Layout(String output) implements Serializable {
  static final String INCOMPLETE = "_incomplete";
  static final String SUCCESS = "_SUCCESS";
  static final String PROVENANCE = "_provenance.json";
  static final String MARKER = ".json";

  /** {@code --output} itself. */
  public Path root() {
    return new Path(output);
  }

  /** A path as a user would write it: without the scheme where it is the local file system. */
  public static String display(Path path) {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  /**
   * A path as a user gave it, or with its file system where that is not this machine's: which one a
   * plain path was looked for on.
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

  /** Says that what is whole outside is what the run replaces, and not its own. */
  Path replaces() {
    return new Path(incomplete(), "_replaces");
  }

  /** Says that the run is being deleted: nothing is left to go on with. */
  Path abandoned() {
    return new Path(incomplete(), "_abandoned");
  }

  Path temporary() {
    return new Path(incomplete(), "_temporary");
  }

  Path markers() {
    return new Path(incomplete(), "_shards");
  }

  /** Says that a shard, or a stage's unit, is done. */
  Path marker(String unit) {
    return new Path(markers(), unit + MARKER);
  }

  Path unfinished(String table) {
    return new Path(incomplete(), table);
  }

  Path part(String table, String unit) {
    return new Path(unfinished(table), "part-" + unit + ".parquet");
  }

  /** Where a stage keeps its files until the commit: a layout of its own. */
  Layout staged() {
    return new Layout(new Path(incomplete(), "_staged").toString());
  }

  /** A directory for what is needed only until the commit. */
  public Path scratch() {
    return new Path(incomplete(), "_scratch");
  }

  /** Where a reduction keeps its files until the commit: a layout of one shard. */
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
