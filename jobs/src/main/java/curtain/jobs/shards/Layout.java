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

  /** {@code --output} itself. */
  public Path root() {
    return new Path(output);
  }

  /** A path as a user would write it: without the scheme where it is the local file system. */
  public static String display(Path path) {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  Path incomplete() {
    return new Path(root(), INCOMPLETE);
  }

  Path plan() {
    return new Path(incomplete(), "_plan.json");
  }

  Path temporary() {
    return new Path(incomplete(), "_temporary");
  }

  Path markers() {
    return new Path(incomplete(), "_shards");
  }

  Path marker(Shard shard) {
    return new Path(markers(), number(shard) + ".json");
  }

  Path unfinished(String table) {
    return new Path(incomplete(), table);
  }

  Path part(String table, Shard shard) {
    return new Path(unfinished(table), "part-" + number(shard) + ".parquet");
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

  private static String number(Shard shard) {
    return "%05d".formatted(shard.index());
  }
}
