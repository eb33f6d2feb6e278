package curtain.jobs.command;

import curtain.images.source.SourceFiles;
import curtain.jobs.shards.Mode;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options on the output directory and on an existing output. */
public final class OutputArguments {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory for the tables, a path or Hadoop URI. It gets _SUCCESS when it is whole.")
  private String output;

  @ArgGroup private There there = new There();

  /** Options of which at most one may be given. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description =
            "Begin again, and replace an existing output of Curtain. A whole one stays until the"
                + " new tables are computed, so there must be room for both.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Go on with a run that was stopped: compute what is missing. Fails where settings that"
                + " decide results have changed; begins where there is no output.")
    private boolean resume;
  }

  @Option(
      names = "--max-errors",
      paramLabel = "N",
      converter = Ranges.NonNegativeLong.class,
      description =
          "Fail when more than N images cannot be used, 0 and up (default: no limit; each is a row"
              + " of errors/).")
  private Long maxErrors;

  long maxErrors() {
    return maxErrors == null ? Long.MAX_VALUE : maxErrors;
  }

  /**
   * Opens the output and changes nothing.
   *
   * @param images value of {@code --images}, which must not lie within the output
   * @throws RunException when an output exists that no option allows to replace or resume, or it
   *     holds the images
   * @throws IOException when storage fails
   */
  public OutputDirectory open(String images, Configuration conf) throws IOException, RunException {
    return open("--images", images, conf);
  }

  /**
   * Opens the output of a job that reads what another option names, see {@link #open(String,
   * Configuration)}.
   *
   * @param option option that names the input
   * @param input a path or Hadoop URI, which must not lie within the output
   */
  public OutputDirectory open(String option, String input, Configuration conf)
      throws IOException, RunException {
    return open(output, mode(there.overwrite, there.resume), option, input, conf);
  }

  /**
   * Opens an output of any command, see {@link #open(String, Configuration)}.
   *
   * @param output a path or Hadoop URI
   * @param mode what may be done with an existing output, see {@link #mode}
   * @param option option that names the input
   * @param input a path or Hadoop URI, which must not lie within the output
   */
  public static OutputDirectory open(
      String output, Mode mode, String option, String input, Configuration conf)
      throws IOException, RunException {
    spare(output, option, input, conf);
    return OutputDirectory.open(output, mode, conf);
  }

  /** The mode that {@code --overwrite} and {@code --resume} of any command name. */
  public static Mode mode(boolean overwrite, boolean resume) {
    if (overwrite) {
      return Mode.OVERWRITE;
    }
    return resume ? Mode.RESUME : Mode.NEW;
  }

  /**
   * Checks that an input does not lie within the output, whatever links lead there.
   *
   * @param option option that names the input
   * @param input a path or Hadoop URI
   * @throws RunException where it does
   * @throws IOException when storage fails
   */
  public void spare(String option, String input, Configuration conf)
      throws IOException, RunException {
    spare(output, option, input, conf);
  }

  private static void spare(String output, String option, String input, Configuration conf)
      throws IOException, RunException {
    if (Places.of(input, conf).startsWith(Places.of(output, conf))) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s holds %s %s; choose another directory",
              output,
              option,
              input));
    }
  }

  /** The full URI of a path, however it was written. */
  public static String qualified(String path, Configuration conf) throws IOException {
    return SourceFiles.qualified(path, conf).toString();
  }
}
