package curtain.jobs.command;

import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.Plan;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
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
 * Options on the one file that a command writes, and on what is there already. It holds the
 * settings that it was made with, and has another name until it is whole.
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

  /** At most one of them. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description = "Replace the file if it is there, once the new one is whole.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Keep a file that was made of the same with the same options; refused where these have"
                + " changed. Write it where it is not there.")
    private boolean resume;
  }

  /** Reads back the settings that a file was made with. */
  public interface Made {
    /**
     * Of a file that may be anything.
     *
     * @return nothing where the command did not make it
     */
    Optional<Map<String, String>> with(Path file) throws IOException;
  }

  /** Writes the file. */
  public interface Work {
    /** All of it, under another name. */
    void write(Path file) throws IOException, RunException;
  }

  /** The file, as the option gave it. */
  public Path path() {
    return output;
  }

  public boolean isQuiet() {
    return GeneralArguments.isQuiet(command);
  }

  /**
   * Looks at what is there, before anything is read.
   *
   * @throws IOException when something is there that may not be replaced, or nothing can be
   */
  public void check() throws IOException {
    OutputDirectory.Mode mode = OutputArguments.mode(there.overwrite, there.resume);
    Path file = output.toAbsolutePath();
    if (Files.isDirectory(file)) {
      throw new IOException("--output " + output + " is a directory; name a file");
    }
    if (Files.exists(file) && mode == OutputDirectory.Mode.NEW) {
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
   * Checks that the file would not replace what it is made of.
   *
   * @param option that names something that is read
   * @param input a path or Hadoop URI
   * @throws IOException where the file is it, or lies in it
   */
  public void spare(String option, String input, Configuration conf) throws IOException {
    URI read = new org.apache.hadoop.fs.Path(OutputArguments.qualified(input, conf)).toUri();
    if ("file".equals(read.getScheme()) && real(output).startsWith(real(Path.of(read.getPath())))) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "--output %s is in the place of %s %s; choose another file",
              output,
              option,
              input));
    }
  }

  /** Without links, as far as it is there. */
  private static Path real(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    return Files.exists(absolute) ? absolute.toRealPath() : absolute;
  }

  /**
   * Whether the file is there and to be kept, which is said.
   *
   * @param settings that decide what is written
   * @param made reads those of a file
   * @throws RunException where it is there and was made with others
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

  /** Writes the file; a failure leaves what was there, and nothing beside it. */
  public void write(Work work) throws IOException, RunException {
    Path file = output.toAbsolutePath();
    Path unfinished = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createFile(unfinished);
    } catch (FileSystemException e) {
      throw new IOException("--output " + output + " cannot be written: " + e, e);
    }
    // Where the program is stopped, too.
    unfinished.toFile().deleteOnExit();
    try {
      work.write(unfinished);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Says what came of it. */
  public void say(String what) {
    if (!isQuiet()) {
      PrintWriter err = command.commandLine().getErr();
      err.println("curtain " + command.name() + ": " + what);
      err.flush();
    }
  }
}
