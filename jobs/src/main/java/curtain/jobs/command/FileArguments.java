package curtain.jobs.command;

import curtain.images.source.LocalDisk;
import curtain.jobs.shards.Mode;
import curtain.jobs.shards.Plan;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options on the single file that a command writes, and on an existing one. The file holds the
 * settings that it was made with, and is written under another name until it is whole.
 */
public final class FileArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "File to write, on this machine.")
  private Path output;

  @ArgGroup private There there = new There();

  /** Options of which at most one may be given. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description = "Replace an existing file, once the new one is whole.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Keep an existing file that was made from the same inputs with the same options; fail"
                + " where these have changed. Write the file where there is none.")
    private boolean resume;
  }

  /** Reads the settings that a file was made with. */
  public interface Made {
    /**
     * Reads the settings of a file, which may be any file.
     *
     * @return the settings, or nothing where the command did not make the file
     * @throws IOException when the file cannot be read
     */
    Optional<Map<String, String>> with(Path file) throws IOException;
  }

  /** Writes the file. */
  public interface Work {
    /** Writes the whole file to this path, which is not its final name. */
    void write(Path file) throws IOException, RunException;
  }

  /** The file, as the option gave it. */
  public Path path() {
    return output;
  }

  /** Whether {@code --quiet} was given. */
  public boolean isQuiet() {
    return GeneralArguments.isQuiet(command);
  }

  /**
   * Checks the output before anything is read.
   *
   * @throws IOException when a file exists that may not be replaced, or none can be written there
   */
  public void check() throws IOException {
    Mode mode = OutputArguments.mode(there.overwrite, there.resume);
    Path file = output.toAbsolutePath();
    if (Files.isDirectory(file)) {
      throw new IOException("--output " + output + " is a directory; name a file");
    }
    if (Files.exists(file) && mode == Mode.NEW) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "--output %s exists; give --resume to keep it if it was made with these settings, or --overwrite to replace it",
              output));
    }
    if (!Files.isDirectory(file.getParent())) {
      throw new IOException(
          "--output " + output + ": there is no directory " + file.getParent() + "; make it");
    }
  }

  /**
   * Checks that the file would not replace an input, whatever links lead there.
   *
   * @param option option that names the input
   * @param input a path or Hadoop URI
   * @throws IOException where the file is the input, or lies within it
   */
  public void spare(String option, String input, Configuration conf) throws IOException {
    if (Places.of(output).startsWith(Places.of(input, conf))) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "--output %s is in the place of %s %s; choose another file",
              output,
              option,
              input));
    }
  }

  /**
   * Whether the file exists and is to be kept; if so, says that there is nothing to do.
   *
   * @param settings settings that decide what is written
   * @param made reads the settings of a file
   * @throws RunException where the file was made with other settings, or by something else
   * @throws IOException when the file cannot be read
   */
  public boolean isFinished(Settings settings, Made made) throws IOException, RunException {
    if (!there.resume || !Files.exists(output)) {
      return false;
    }
    Map<String, String> before =
        made.with(output)
            .orElseThrow(
                () ->
                    new RunException(
                        String.format(
                            Locale.ROOT,
                            "--resume: %s does not say that curtain %s made it; choose another file, or --overwrite",
                            output,
                            command.name())));
    Plan.refuseChanges(output.toString(), before, settings.asMap());
    say(output + " is whole; there is nothing to do");
    return true;
  }

  /** Writes the file; after a failure the old file is unchanged, and nothing is left beside it. */
  public void write(Work work) throws IOException, RunException {
    Path file = output.toAbsolutePath();
    Path unfinished = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createFile(unfinished);
    } catch (FileSystemException e) {
      throw new IOException("--output " + output + " cannot be written: " + LocalDisk.reason(e), e);
    }
    // Deletes it also where the program is stopped.
    unfinished.toFile().deleteOnExit();
    try {
      work.write(unfinished);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Prints a message on standard error, unless quiet. */
  public void say(String what) {
    if (!isQuiet()) {
      PrintWriter err = command.commandLine().getErr();
      err.println("curtain " + command.name() + ": " + what);
      err.flush();
    }
  }
}
