package curtain.jobs.shards;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * The local directory of {@code --output} of a command that writes a tree of files from one
 * process. It holds {@code _incomplete/} until it is whole; a run that was stopped begins again.
 */
public final class LocalOutput implements Closeable {
  private final Path root;
  private final Layout layout;
  private final FileSystem fs;
  private final Existing existing;
  private final Provenance finished;
  private OutputLock lock;

  private LocalOutput(Path root, FileSystem fs, Existing existing, Mode mode) {
    this.root = root;
    this.layout = existing.layout();
    this.fs = fs;
    this.existing = existing;
    this.finished = existing.kept(mode);
  }

  /**
   * Looks at the directory and changes nothing.
   *
   * @param output the directory
   * @param command command that will write there; another's output is never replaced
   * @param settings settings that decide what is written
   * @param names names of the files and directories that it writes at the top
   * @param mode what may be done with an output of the same command
   * @throws RunException when something is there that may not be replaced, or, with {@code
   *     --resume}, was made with other settings
   * @throws IOException when storage fails
   */
  public static LocalOutput open(
      Path output,
      String command,
      Map<String, String> settings,
      Pattern names,
      Mode mode,
      Configuration conf)
      throws IOException, RunException {
    Path root = output.toAbsolutePath().normalize();
    org.apache.hadoop.fs.Path given = new org.apache.hadoop.fs.Path(root.toString());
    FileSystem fs = FileSystem.getLocal(conf);
    Layout layout = Layout.of(fs.makeQualified(given));
    List<String> entries = List.of();
    if (Files.isDirectory(root)) {
      try (Stream<Path> files = Files.list(root)) {
        entries = files.map(file -> file.getFileName().toString()).toList();
      }
    } else if (Files.exists(root)) {
      throw Existing.file(output.toString());
    }
    Existing existing = Existing.look(layout, output.toString(), fs);
    existing.refuse(entries, command, names, mode);
    Provenance kept = existing.kept(mode);
    if (kept != null) {
      Plan.refuseChanges(output.toString(), kept.settings(), settings);
    }
    return new LocalOutput(root, fs, existing, mode);
  }

  /** The provenance of the output where it is whole and to be kept, else null. */
  public Provenance finished() {
    return finished;
  }

  /**
   * Makes the directory, or empties it, and returns it; keeps other runs out of it until this is
   * closed.
   *
   * @param warnings gets lines on another run that is waited for
   * @throws RunException where another run is writing there, or has since this one looked
   * @throws IOException when storage fails
   */
  public Path begin(Consumer<String> warnings) throws IOException, RunException {
    lock = existing.lock(fs, warnings);
    // _SUCCESS goes first; _incomplete stays, so that a stopped run's output is still Curtain's.
    fs.delete(layout.success(layout.root()), false);
    fs.mkdirs(layout.temporary());
    List<Path> old;
    try (Stream<Path> files = Files.walk(root)) {
      Path kept = root.resolve(Layout.INCOMPLETE);
      old =
          files
              .filter(file -> !file.equals(root) && !file.startsWith(kept))
              .filter(file -> !file.equals(root.resolve(Layout.LOCK)))
              .sorted(Comparator.reverseOrder())
              .toList();
    }
    for (Path file : old) {
      Files.delete(file);
    }
    return root;
  }

  /**
   * Makes the output whole.
   *
   * @throws RunException where another run has taken it over
   * @throws IOException when storage fails
   */
  public void commit(Provenance made) throws IOException, RunException {
    lock.refuseLost();
    Storage.replaceJson(fs, layout.temporary(), layout.provenance(layout.root()), made);
    fs.create(layout.success(layout.root()), true).close();
    fs.delete(layout.incomplete(), true);
  }

  /** Lets other runs in. */
  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
