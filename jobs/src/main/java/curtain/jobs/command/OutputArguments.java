package curtain.jobs.command;

import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options on the output and on what is there already. */
public final class OutputArguments {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory for the tables, a path or Hadoop URI. It gets _SUCCESS when it is whole.")
  private String output;

  @ArgGroup private There there = new There();

  /** At most one of them. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description =
            "Begin again, and replace an output of Curtain's that is there. A whole one stays until the new tables are computed, which takes room for both.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Go on with a run that stopped: compute what is missing. Refused when settings that"
                + " decide results have changed. Begins where nothing is there.")
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
   * Looks at the output and changes nothing.
   *
   * @param images what the job reads: never deleted
   * @throws RunException when something is there that no option allows to replace or go on with
   */
  public OutputDirectory open(String images, Configuration conf) throws IOException, RunException {
    return open("--images", images, conf);
  }

  /**
   * The same with what another option names.
   *
   * @param option that names what the job reads
   * @param input what it reads: never deleted
   */
  public OutputDirectory open(String option, String input, Configuration conf)
      throws IOException, RunException {
    return open(output, mode(there.overwrite, there.resume), option, input, conf);
  }

  /**
   * The same of any command.
   *
   * @param mode what may be there, see {@link #mode}
   * @param option that names what the job reads
   * @param input what it reads: never deleted
   */
  public static OutputDirectory open(
      String output, OutputDirectory.Mode mode, String option, String input, Configuration conf)
      throws IOException, RunException {
    spare(output, option, input, conf);
    return OutputDirectory.open(output, mode, conf);
  }

  /** What the two options on what is there say, of any command. */
  public static OutputDirectory.Mode mode(boolean overwrite, boolean resume) {
    if (overwrite) {
      return OutputDirectory.Mode.OVERWRITE;
    }
    return resume ? OutputDirectory.Mode.RESUME : OutputDirectory.Mode.NEW;
  }

  /**
   * Checks that something else that the job reads does not lie within the output.
   *
   * @param option that names it
   * @param input a path or Hadoop URI
   * @throws RunException where it does
   */
  public void spare(String option, String input, Configuration conf)
      throws IOException, RunException {
    spare(output, option, input, conf);
  }

  private static void spare(String output, String option, String input, Configuration conf)
      throws IOException, RunException {
    if (within(input, output, conf)) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s holds %s %s; choose another directory",
              output,
              option,
              input));
    }
  }

  private static boolean within(String inner, String outer, Configuration conf) throws IOException {
    String in = qualified(inner, conf) + "/";
    return in.startsWith(qualified(outer, conf) + "/");
  }

  /** The full URI of a path, however it was written. */
  public static String qualified(String path, Configuration conf) throws IOException {
    Path given = new Path(path);
    return given.getFileSystem(conf).makeQualified(given).toString();
  }
}
