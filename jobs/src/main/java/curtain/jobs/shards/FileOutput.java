package curtain.jobs.shards;

import curtain.images.source.SourceFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of {@code --output} of a command that writes plain files from one process. Files
 * are written under {@code _incomplete/}; when all are, they replace what was there, and {@code
 * _provenance.json} and {@code _SUCCESS} are written. A run that was stopped begins again.
 */
public final class FileOutput {
  private final Layout layout;
  private final FileSystem fs;
  private final Existing existing;
  private final Provenance finished;
  private final boolean csvSafe;
  private final Map<String, Upload> uploads = new TreeMap<>();

  private FileOutput(FileSystem fs, Existing existing, Mode mode, boolean csvSafe) {
    this.layout = existing.layout();
    this.fs = fs;
    this.existing = existing;
    this.finished = existing.kept(mode);
    this.csvSafe = csvSafe;
  }

  /**
   * Looks at the directory and changes nothing.
   *
   * @param output a Hadoop URI or plain path
   * @param command command that will write there; another's output is never replaced
   * @param names names of the files that it writes
   * @param mode what may be done with an output of the same command
   * @param csvSafe whether its CSV files are to be safe for spreadsheets
   * @throws RunException when something is there that may not be replaced
   * @throws IOException when storage fails
   */
  public static FileOutput open(
      String output, String command, Pattern names, Mode mode, boolean csvSafe, Configuration conf)
      throws IOException, RunException {
    Path given = SourceFiles.qualified(output, conf);
    FileSystem fs = Storage.of(given, conf);
    ObjectStore.refuse(fs, given);
    Layout layout = Layout.of(given);
    List<FileStatus> entries;
    try {
      entries = List.of(fs.listStatus(given));
    } catch (FileNotFoundException e) {
      entries = List.of();
    }
    if (entries.size() == 1 && entries.get(0).getPath().equals(layout.root())) {
      throw Existing.file(output);
    }
    Existing existing = Existing.look(layout, output, fs);
    List<String> there = entries.stream().map(entry -> entry.getPath().getName()).toList();
    existing.refuse(there, command, names, mode);
    return new FileOutput(fs, existing, mode, csvSafe);
  }

  /**
   * Whether the output is whole and, under {@code --resume}, to be kept.
   *
   * @param settings settings that decide what is written
   * @throws RunException where it was made with other settings, or another run is at work on it
   * @throws IOException when storage fails
   */
  public boolean isFinished(Map<String, String> settings) throws IOException, RunException {
    if (finished == null) {
      return false;
    }
    Plan.refuseChanges(display(), finished.settings(), settings);
    if (fs.exists(layout.incomplete())) {
      // of a commit that was stopped, unless a run that replaces the output has begun since
      OutputLock lock = lock(text -> {});
      try {
        removeIncomplete();
        Upload.abandonAll(fs, layout.root());
      } finally {
        lock.close();
      }
    }
    return true;
  }

  /** Whether CSV files are to be safe for spreadsheets. */
  public boolean isCsvSafe() {
    return csvSafe;
  }

  /**
   * Keeps other runs out until it is closed.
   *
   * @param warnings gets lines on another run that is waited for
   * @throws RunException where another run is writing there, or has since this one looked
   * @throws IOException when storage fails
   */
  public OutputLock lock(Consumer<String> warnings) throws IOException, RunException {
    return existing.lock(fs, warnings);
  }

  /** Prepares for new files; what was there stays until {@link #commit}. */
  public void begin() throws IOException {
    removeIncomplete();
    Upload.abandonAll(fs, layout.root());
    fs.mkdirs(layout.temporary());
  }

  /** Deletes the files of this run that are not committed. */
  public void abandon() throws IOException {
    for (Upload upload : uploads.values()) {
      try {
        upload.abort();
      } catch (IOException e) {
        // the run has failed, and the error to report is its own; the next run ends the upload
      }
    }
    fs.delete(layout.own(), true);
    if (fs.exists(layout.incomplete()) && fs.listStatus(layout.incomplete()).length == 0) {
      removeIncomplete();
    }
  }

  private void removeIncomplete() throws IOException {
    fs.delete(layout.incomplete(), true);
  }

  /** Creates a file, which the caller closes. */
  public OutputStream create(String name) throws IOException {
    if (ObjectStore.has(fs, layout.root())) {
      Upload upload = new Upload(fs, layout.table(name));
      uploads.put(name, upload);
      return upload;
    }
    return fs.create(layout.unfinished(name), true);
  }

  /**
   * Replaces what was there by the new files, and makes the output whole.
   *
   * @param lock lock of this output
   * @throws RunException where another run has taken the output over, or written it meanwhile
   * @throws IOException when storage fails
   */
  public void commit(OutputLock lock, Provenance made) throws IOException, RunException {
    lock.refuseLost();
    existing.refuseChanged(fs);
    // _SUCCESS goes first; _provenance.json stays, so that a stopped run's output is still
    // Curtain's.
    fs.delete(layout.success(layout.root()), false);
    for (FileStatus entry : fs.listStatus(layout.root())) {
      if (!entry.getPath().getName().startsWith("_")) {
        fs.delete(entry.getPath(), false);
      }
    }
    for (FileStatus file : fs.listStatus(layout.own())) {
      if (file.isFile()) {
        Storage.publish(fs, file.getPath(), layout.table(file.getPath().getName()));
      }
    }
    Map<String, Uploaded> uploaded = new TreeMap<>();
    uploads.forEach((name, upload) -> uploaded.put(name, upload.uploaded()));
    Upload.complete(fs, uploaded, layout.root());
    lock.refuseLost();
    Storage.replaceJson(fs, layout.temporary(), layout.provenance(layout.root()), made);
    fs.create(layout.success(layout.root()), true).close();
    removeIncomplete();
  }

  /** The directory, as a user would write it. */
  public String display() {
    return Layout.display(layout.root());
  }
}
