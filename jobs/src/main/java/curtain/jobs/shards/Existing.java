package curtain.jobs.shards;

import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;

/**
 * The directory of {@code --output} of a command that writes plain files from one process, as one
 * look found it.
 *
 * @param layout its paths
 * @param given the directory as a user wrote it
 * @param made provenance, or null
 * @param begun whether Curtain has begun to write there
 * @param whole whether a whole output is there
 */
record Existing(Layout layout, String given, Provenance made, boolean begun, boolean whole) {
  /** The names of a run's own files, and of the checksums that Hadoop writes beside them. */
  private static final Pattern SIGNS =
      Pattern.compile(
          "_incomplete|_SUCCESS|_provenance\\.json|\\._(SUCCESS|provenance\\.json)\\.crc");

  /**
   * Looks at a directory, which need not exist, and changes nothing.
   *
   * @throws RunException where another run is writing there
   * @throws IOException when storage fails
   */
  static Existing look(Layout layout, String given, FileSystem fs)
      throws IOException, RunException {
    OutputLock.refuseTaken(layout);
    Provenance made = made(layout, fs);
    return new Existing(
        layout,
        given,
        made,
        made != null || fs.exists(layout.incomplete()),
        made != null && fs.exists(layout.success(layout.root())));
  }

  /** The error of an output that is no directory. */
  static RunException file(String given) {
    return new RunException("--output " + given + " is a file; choose a directory");
  }

  /**
   * Refuses what may not be replaced.
   *
   * @param entries names of what is in the directory
   * @param command command that will write there; another's output is never replaced
   * @param names names that it writes at the top
   * @param mode what may be done with an output of the same command
   * @throws RunException naming what is there
   */
  void refuse(Collection<String> entries, String command, Pattern names, Mode mode)
      throws RunException {
    if (made != null && !made.command().equals(command)) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s was made by curtain %s; choose another directory",
              given,
              made.command()));
    }
    for (String name : entries) {
      boolean ours = SIGNS.matcher(name).matches() || names.matcher(name).matches();
      if (!name.equals(Layout.LOCK) && !(begun && ours)) { // a run that was killed left a lock
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--output %s holds %s, which curtain %s did not make; choose another directory",
                given,
                name,
                command));
      }
    }
    if (begun && mode == Mode.NEW) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s exists; give --resume to go on with it or --overwrite to replace it",
              given));
    }
  }

  /** The provenance of a whole output that is to be kept, else null. */
  Provenance kept(Mode mode) {
    return whole && mode == Mode.RESUME ? made : null;
  }

  /**
   * Takes the lock, see {@link OutputLock#unchanged}.
   *
   * @param warnings gets lines on another run that is waited for
   * @throws RunException where another run is writing there, or has since the look
   * @throws IOException when storage fails
   */
  OutputLock lock(FileSystem fs, Consumer<String> warnings) throws IOException, RunException {
    return OutputLock.unchanged(layout, fs, () -> made(layout, fs), made, warnings);
  }

  /**
   * Refuses to go on where another run has made the output whole since the look.
   *
   * @throws RunException where one has
   * @throws IOException when storage fails
   */
  void refuseChanged(FileSystem fs) throws IOException, RunException {
    if (!Objects.equals(made(layout, fs), made)) {
      throw OutputLock.changed(layout);
    }
  }

  private static Provenance made(Layout layout, FileSystem fs) throws IOException {
    return Storage.readJson(fs, layout.provenance(layout.root()), Provenance.class);
  }
}
