package curtain.jobs;

import curtain.engine.NativeFolder;
import curtain.images.source.NamelessUser;
import curtain.jobs.ascend.Ascend;
import curtain.jobs.bench.Bench;
import curtain.jobs.calibrate.Calibrate;
import curtain.jobs.check.Check;
import curtain.jobs.command.GeneralArguments;
import curtain.jobs.command.InputException;
import curtain.jobs.command.RunArguments;
import curtain.jobs.devices.Devices;
import curtain.jobs.figures.Figures;
import curtain.jobs.gram.Gram;
import curtain.jobs.ingest.Ingest;
import curtain.jobs.kernel.Kernel;
import curtain.jobs.measures.Measures;
import curtain.jobs.pullbacks.Pullbacks;
import curtain.jobs.report.Report;
import curtain.jobs.shards.ClusterDriver;
import curtain.jobs.shards.FullDisk;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.PlainWords;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.SpaceNeeded;
import curtain.jobs.stability.Stability;
import curtain.jobs.task.Version;
import curtain.jobs.transfer.Export;
import curtain.jobs.transfer.Fetch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program: {@code ./curtain COMMAND [options]}, or {@code spark-submit --class
 * curtain.jobs.Main curtain.jar COMMAND [options]}. Exit status 0: done; 1: failed; 2: wrong usage;
 * 130, 143: stopped by SIGINT, SIGTERM.
 */
@Command(
    name = "curtain",
    description = "Excitation pullbacks of ReLU networks over whole image sets, on Spark.",
    subcommands = {
      Check.class,
      Devices.class,
      Ingest.class,
      Pullbacks.class,
      Calibrate.class,
      Ascend.class,
      Measures.class,
      Stability.class,
      Gram.class,
      Kernel.class,
      Figures.class,
      Report.class,
      Export.class,
      Fetch.class,
      Demo.class,
      Bench.class,
      Status.class,
      Completion.class
    },
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Main.OfTheBuild.class,
    footer = {"", "Exit status: 0 done, 1 failed, 2 wrong usage, 128 + N stopped by signal N."})
public final class Main implements Runnable {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private static final String RESUME = "--resume";
  private static final String OVERWRITE = "--overwrite";

  /** The option of commands that compute on Spark, but for outputs that they merge. */
  private static final String MASTER = "--master";

  private static final String MERGE = "--merge";

  /** What follows an error of images, weights or a class list. */
  private static final String SHOWS = " (./curtain check shows what is found)";

  /** The text by which picocli begins the list of an enum's values, in its error message. */
  private static final String OF_AN_ENUM = "expected one of [";

  @Spec private CommandSpec spec;

  @SuppressWarnings("unused") // picocli reads it, and hands its options on to every command
  @Mixin
  private GeneralArguments general;

  /**
   * Runs one command. Returns where it is done, and exits with its status where it failed: YARN
   * takes a driver that exits for failed, whatever its status.
   */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
    PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
    Stopping.watch(err, () -> onceStopped(OutputDirectory.hasBegun(), arguments));
    int status;
    try {
      prepare();
      status = run(out, err, arguments);
    } catch (IOException e) {
      status = failed(e, null, err, false);
    }
    Stopping.ended();
    if (status != 0) {
      System.exit(status);
    }
  }

  /**
   * Prepares this process for commands, before the first.
   *
   * @throws IOException where no folder takes native libraries
   */
  static void prepare() throws IOException {
    NativeFolder.prepare();
    NamelessUser.logIn();
    NamelessHost.name();
  }

  /**
   * What to do where the command of these arguments is stopped.
   *
   * @param begun whether it has begun a run that can be gone on with: one that is to replace
   *     another output, of other settings perhaps, leaves that as it is until then
   */
  static String onceStopped(boolean begun, String... arguments) {
    CommandLine curtain = program();
    CommandLine line = curtain;
    for (String argument : arguments) {
      CommandLine next = line.getSubcommands().get(argument);
      line = next == null ? line : next;
    }
    boolean goesOnByItself =
        line.getCommandSpec().userObject() instanceof Demo
            || line.getCommandSpec().userObject() instanceof Fetch;
    List<String> given = given(curtain, arguments);
    if (line.getCommandSpec().findOption(RESUME) == null) {
      return "nothing that is half written counts";
    }
    if (given.contains(RESUME)) {
      return "the same command goes on";
    }
    if (given.contains(OVERWRITE)) {
      return begun && !goesOnByItself
          ? "the same command with " + RESUME + " in place of " + OVERWRITE + " goes on"
          : "the same command begins again";
    }
    return goesOnByItself
        ? "the same command goes on"
        : "the same command with " + RESUME + " goes on";
  }

  /** The arguments, also those in @files. */
  private static List<String> given(CommandLine curtain, String... arguments) {
    try {
      return curtain.parseArgs(arguments).expandedArgs();
    } catch (ParameterException e) {
      return List.of(arguments); // running it says what is wrong
    }
  }

  /**
   * Runs one command.
   *
   * @param out takes results
   * @param err takes progress and errors
   * @return the exit status: 0 done, 1 failed, 2 wrong usage
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine curtain = program();
    try {
      return curtain
          .setOut(out)
          .setErr(err)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .setExecutionStrategy(Main::execute)
          .setParameterExceptionHandler((e, args) -> wrongUsage(e, showsStacktrace(curtain)))
          .setExecutionExceptionHandler(
              (e, line, result) -> failed(e, output(line), err, showsStacktrace(curtain)))
          .execute(arguments);
    } catch (Error e) {
      return failed(e, output(innermost(curtain)), err, showsStacktrace(curtain));
    }
  }

  /** Runs the command; one that has no use for Spark with the Spark that YARN wants. */
  private static int execute(ParseResult parsed) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    boolean computes =
        command.commandSpec().findOption(MASTER) != null
            && !command.hasMatchedOption(MERGE)
            && (command.commandSpec().findOption(Devices.ON_EXECUTORS) == null
                || command.hasMatchedOption(Devices.ON_EXECUTORS));
    Runnable stop =
        computes ? () -> {} : ClusterDriver.enrol(command.commandSpec().qualifiedName());
    try {
      return new CommandLine.RunLast().execute(parsed);
    } finally {
      stop.run();
    }
  }

  /** The program, which has not run: all commands with all their options. */
  static CommandLine program() {
    CommandLine curtain = new CommandLine(new Main(), new Factory());
    for (CommandLine line : all(curtain)) {
      line.getCommandSpec().mixinStandardHelpOptions(true);
      line.setUsageHelpAutoWidth(true);
    }
    return curtain;
  }

  /** Whether {@code --stacktrace} was given, also in an @file or after an unknown option. */
  private static boolean showsStacktrace(CommandLine curtain) {
    ParseResult parsed = curtain.getParseResult();
    return parsed != null && parsed.expandedArgs().contains(GeneralArguments.STACKTRACE);
  }

  /** The version that the build has written into the jar. */
  static final class OfTheBuild implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.line()};
    }
  }

  /** Creates commands; {@link Demo} gets {@link Main#run}, with which it runs other commands. */
  private static final class Factory implements CommandLine.IFactory {
    private final CommandLine.IFactory others = CommandLine.defaultFactory();

    @Override
    public <K> K create(Class<K> type) throws Exception {
      return type == Demo.class ? type.cast(new Demo(Main::run)) : others.create(type);
    }
  }

  private static List<CommandLine> all(CommandLine curtain) {
    List<CommandLine> all = new ArrayList<>(List.of(curtain));
    curtain.getSubcommands().values().forEach(command -> all.addAll(all(command)));
    return all;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static int wrongUsage(ParameterException e, boolean stacktrace) {
    // A misspelt option is the likely reason why a required one is missing: name that instead.
    List<String> rest = e.getCommandLine().getUnmatchedArguments();
    ParameterException cause =
        e instanceof MissingParameterException && !rest.isEmpty()
            ? new UnmatchedArgumentException(e.getCommandLine(), rest)
            : e;
    String message = message(e);
    if (cause instanceof UnmatchedArgumentException unmatched) {
      List<String> nearest = unmatched.getSuggestions();
      message =
          (unmatched.isUnknownOption() ? "unknown option " : "unknown argument ")
              + unmatched.getUnmatched().get(0)
              + (nearest.isEmpty() ? "" : "; the nearest is " + nearest.get(0));
    }
    PrintWriter err = e.getCommandLine().getErr();
    err.println(
        "curtain: "
            + oneLine(message)
            + " (see "
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help)");
    if (stacktrace) {
      e.printStackTrace(err);
    }
    err.flush();
    return WRONG_USAGE;
  }

  /** The message of picocli without its prefix, and with enum values spelt as options take them. */
  private static String message(ParameterException e) {
    String message = e.getMessage();
    if (e instanceof MutuallyExclusiveArgsException) {
      return message.replaceFirst("^Error: ", "");
    }
    int expected = message.indexOf(OF_AN_ENUM);
    if (expected < 0 || e.getArgSpec() == null || e.getArgSpec().completionCandidates() == null) {
      return message;
    }
    List<String> values = new ArrayList<>();
    e.getArgSpec().completionCandidates().forEach(values::add);
    return message.substring(0, expected)
        + String.format(
            Locale.ROOT,
            switch (values.size()) {
              case 1 -> "'%s' is not %s";
              case 2 -> "'%s' is neither %s";
              default -> "'%s' is none of %s";
            },
            e.getValue(),
            String.join(values.size() == 2 ? " nor " : ", ", values));
  }

  private static CommandLine innermost(CommandLine curtain) {
    ParseResult parsed = curtain.getParseResult();
    while (parsed != null && parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    return parsed == null ? curtain : parsed.commandSpec().commandLine();
  }

  /** The value of {@code --output}, or null. */
  private static String output(CommandLine line) {
    OptionSpec output = line.getCommandSpec().findOption("--output");
    return output == null || output.getValue() == null ? null : output.getValue().toString();
  }

  private static int failed(Throwable e, String output, PrintWriter err, boolean stacktrace) {
    if (Stopping.isUnderWay()) {
      return FAILED;
    }
    boolean expected =
        e instanceof IOException
            || e instanceof RunException
            || e instanceof IllegalArgumentException;
    String message = expected ? PlainWords.of(e) : PlainWords.named(e);
    // where storage cannot be read, check cannot either
    message += e instanceof InputException && message.equals(e.getMessage()) ? SHOWS : "";
    FullDisk full = FullDisk.of(e, output);
    if (full != null) {
      message = full.getMessage();
      if (output != null && full.isOutputs()) {
        message += SpaceNeeded.words(output, RunArguments.hadoop(new SparkConf()));
      }
    } else if (e instanceof OutOfMemoryError) {
      message =
          String.format(
              Locale.ROOT,
              "Java's heap of %,d MiB is too small (%s); set CURTAIN_HEAP to more, 1g if unset, or"
                  + " with spark-submit --driver-memory",
              Runtime.getRuntime().maxMemory() >> 20,
              e.getMessage());
    }
    String s3 = MissingS3.message(e);
    if (s3 != null) {
      message = s3;
    } else if (e instanceof NoClassDefFoundError && !message.strip().contains(" class ")) {
      message += ", a class that a library of Spark's class path uses; add the library that has it";
    }
    err.println("curtain: " + oneLine(message));
    if (stacktrace) {
      e.printStackTrace(err);
    }
    err.flush();
    return FAILED;
  }

  private static String oneLine(String message) {
    return String.join(" ", message.strip().split("\\s*\\R\\s*"));
  }
}
