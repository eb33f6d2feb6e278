package curtain.jobs.shards;

import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The room that what is missing of an unfinished run will take, by what its shards took so far. */
public final class SpaceNeeded {
  private SpaceNeeded() {}

  /**
   * Says about how much room the run in an output still needs, as the end of a sentence; empty
   * where no run is there, or storage does not answer.
   *
   * @param output a path or Hadoop URI
   */
  public static String words(String output, Configuration conf) {
    try {
      Path given = SourceFiles.qualified(output, conf);
      if (!Storage.of(given, conf).exists(Layout.of(given).plan())) {
        return "";
      }
      return of(output, conf)
          .map(bytes -> "; what is missing needs about " + FullDisk.size(bytes) + " more")
          .orElse(
              "; how much it needs is known when a shard is done, and ./curtain check estimates it");
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  /**
   * Estimates the bytes that are missing; nothing where no run is there, or no shard of it is done.
   *
   * @param output a path or Hadoop URI
   * @throws IOException when storage fails
   */
  static Optional<Long> of(String output, Configuration conf) throws IOException {
    Path given = SourceFiles.qualified(output, conf);
    FileSystem fs = Storage.of(given, conf);
    Layout layout = Layout.of(given);
    Plan plan = Storage.readJson(fs, layout.plan(), Plan.class);
    if (plan == null || plan.run() == null || plan.shards().isEmpty()) {
      return Optional.empty();
    }
    Layout begun = layout.ofRun(plan.run());
    Marked done = Marked.read(begun, fs);
    long images = done.counts().images() + done.counts().errors();
    long listed = plan.shards().get(plan.shards().size() - 1).to();
    if (images == 0 || images >= listed) { // then it is a stage's or the reduction's
      return Optional.empty();
    }
    long bytes = 0;
    for (String table : plan.tables()) {
      for (Path file : done.files(table)) {
        if (fs.exists(file)) {
          bytes += fs.getFileStatus(file).getLen();
        }
      }
    }
    if (bytes == 0) { // on an object store they are no files yet
      return Optional.empty();
    }
    return Optional.of(Math.round((double) bytes / images * Math.max(0, listed - images)));
  }
}
