package curtain.jobs.shards;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of {@code --output} of a command that writes plain files from one process. Until it
 * is whole they lie under {@code _incomplete/}; then they are moved out, and {@code
 * _provenance.json} and {@code _SUCCESS} are written.
 */
public final class FileOutput {
  private final Layout layout;
  private final FileSystem fs;

  private FileOutput(Layout layout, FileSystem fs) {
    this.layout = layout;
    this.fs = fs;
  }

  /**
   * Looks at the directory and changes nothing.
   *
   * @param output a Hadoop URI or plain path
   * @param command that will write there; another's output is never replaced
   * @param names of the files that it writes
   * @param overwrite whether an output of the same command may be replaced
   * @throws RunException when something is there that may not be replaced
   */
  public static FileOutput open(
      String output, String command, Pattern names, boolean overwrite, Configuration conf)
      throws IOException, RunException {
    Path given = new Path(output);
    FileSystem fs = Files.of(given, conf);
    Layout layout = new Layout(fs.makeQualified(given).toString());
    List<FileStatus> entries;
    try {
      entries = List.of(fs.listStatus(given));
    } catch (FileNotFoundException e) {
      return new FileOutput(layout, fs);
    }
    if (entries.size() == 1 && entries.get(0).getPath().equals(layout.root())) {
      throw new RunException("--output " + output + " is a file; choose a directory");
    }
    Predicate<String> ours =
        names
            .asMatchPredicate()
            .or(List.of(Layout.INCOMPLETE, Layout.PROVENANCE, Layout.SUCCESS)::contains);
    Provenance made = Files.readJson(fs, layout.provenance(given), Provenance.class);
    if (made != null && !made.command().equals(command)) {
      throw new RunException(
          "--output %s was made by curtain %s; choose another directory"
              .formatted(output, made.command()));
    }
    boolean begun = made != null || fs.exists(layout.incomplete());
    for (FileStatus entry : entries) {
      String name = entry.getPath().getName();
      if (!begun || !ours.test(name)) {
        throw new RunException(
            "--output %s holds %s, which curtain %s did not make; choose another directory"
                .formatted(output, name, command));
      }
    }
    if (!entries.isEmpty() && !overwrite) {
      throw new RunException("--output " + output + " exists; give --overwrite to replace it");
    }
    return new FileOutput(layout, fs);
  }

  /** Removes what was there. */
  public void begin() throws IOException {
    // The sign of being whole goes first, the signs of being ours last.
    fs.delete(layout.success(layout.root()), false);
    fs.delete(layout.incomplete(), true);
    fs.mkdirs(layout.temporary());
    for (FileStatus entry : fs.listStatus(layout.root())) {
      if (!entry.getPath().getName().startsWith("_")) {
        fs.delete(entry.getPath(), false);
      }
    }
    fs.delete(layout.provenance(layout.root()), false);
  }

  /** A file to write, closed by the caller. */
  public OutputStream create(String name) throws IOException {
    return fs.create(layout.unfinished(name), true);
  }

  /** Makes the output whole. */
  public void commit(Provenance made) throws IOException {
    for (FileStatus file : fs.listStatus(layout.incomplete())) {
      if (file.isFile()) {
        Files.publish(fs, file.getPath(), layout.table(file.getPath().getName()));
      }
    }
    Files.replaceJson(fs, layout.temporary(), layout.provenance(layout.root()), made);
    fs.create(layout.success(layout.root()), true).close();
    fs.delete(layout.incomplete(), true);
  }

  /** The directory, as a user would write it. */
  public String display() {
    return Layout.display(layout.root());
  }
}
