package curtain.jobs;

import curtain.demo.DemoTraining;
import curtain.jobs.command.GeneralArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TypedCommand;
import curtain.jobs.demo.DemoData;
import curtain.jobs.demo.DemoTrain;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain demo}: runs nearly all of Curtain's commands on built-in images. Every step is a
 * command that is printed before it runs, and that a user can type.
 *
 * <pre>
 * ./curtain demo
 * </pre>
 */
@Command(
    name = "demo",
    description =
        "Draw built-in images, train a network on them, and run the other commands on both.",
    subcommands = {DemoData.class, DemoTrain.class},
    synopsisSubcommandLabel = "[STEP]",
    footer = {
      "",
      "Every step is a command, which is printed before it runs and can be typed.",
      "Running the demo again goes on where it stopped: whole outputs stay, and outputs",
      "of other settings are refused.",
      "",
      "Example: curtain demo",
    })
final class Demo implements Callable<Integer> {
  /** Default of {@code --steps}, the same as that of {@code demo train}. */
  private static final int STEPS = 700;

  private static final String PAGE = "report.html";

  /** Runs a command line in this process, as {@link Main} does. */
  interface Commands {
    /**
     * Runs one command.
     *
     * @return its exit status
     */
    int run(PrintWriter out, PrintWriter err, String... arguments);
  }

  private final Commands commands;

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "out/demo",
      description = "Directory in which every step gets a directory (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--train",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "300",
      description = "Images of each class to train with (default: ${DEFAULT-VALUE}).")
  private int train;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "30",
      description =
          "Images of each class for accuracy, calibration, measures, stability and Gram (default:"
              + " ${DEFAULT-VALUE}).")
  private int heldOut;

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "" + STEPS,
      description = "Updates of the network's weights (default: ${DEFAULT-VALUE}).")
  private int steps;

  @ArgGroup private There there = new There();

  /** The options on an output that exists, of which at most one may be given. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description = "Start again, and replace the output of every step.")
    private boolean overwrite;

    @SuppressWarnings("unused") // it is the default; picocli refuses it beside --overwrite
    @Option(names = "--resume", description = "Go on where the demo stopped; this is the default.")
    private boolean resume;
  }

  Demo(Commands commands) {
    this.commands = commands;
  }

  @Override
  public Integer call() throws IOException, RunException {
    long start = System.nanoTime();
    if (!there.overwrite) {
      DemoMade.refuseAnother(
          output,
          Settings.builder()
              .add("train", train)
              .add("held-out", heldOut)
              .add("steps", steps)
              .withVersion());
    }
    PrintWriter err = spec.commandLine().getErr();
    for (List<String> step : steps()) {
      int status = run(step, err);
      if (status != 0) {
        return status;
      }
    }
    if (!GeneralArguments.isQuiet(spec)) {
      err.printf(
          Locale.ROOT,
          "curtain demo: all is in %s (%s); open the page %s%n",
          output,
          Progress.duration((System.nanoTime() - start) / 1_000_000_000L),
          page());
      err.flush();
    }
    return 0;
  }

  private int run(List<String> step, PrintWriter err) throws IOException, RunException {
    List<String> command = new ArrayList<>(step);
    command.add(there.overwrite || DemoMade.isStale(step) ? "--overwrite" : "--resume");
    if (GeneralArguments.isQuiet(spec)) {
      command.add("--quiet");
    } else {
      err.println("$ " + launcher() + " " + TypedCommand.quoted(command));
      err.flush();
    }
    if (GeneralArguments.showsStacktrace(spec)) {
      command.add("--stacktrace");
    }
    return commands.run(spec.commandLine().getOut(), err, command.toArray(String[]::new));
  }

  /** The commands, in the order in which they run; {@code @} stands for {@code --output}. */
  private List<List<String>> steps() {
    String network =
        " --labels @/data/classes.tsv --model demo_cnn --weights @/checkpoints/"
            + DemoTraining.name(steps);
    String calibrated =
        " --calibration @/calibration --temperature 0.5 --temperature-unit layer-std";
    // The paper's step length 20 and radius 100 for 224 x 224, times 64/224.
    String walk = " --alpha 5.7 --eps 28.6";
    return Stream.of(
            String.format(
                Locale.ROOT, "demo data --train %d --held-out %d --output @/data", train, heldOut),
            "demo train --images @/data/train --held-out @/data/held-out"
                + String.format(
                    Locale.ROOT,
                    " --labels @/data/classes.tsv --steps %d --output @/checkpoints",
                    steps),
            "calibrate --images @/data/held-out" + network + " --output @/calibration",
            "figures --input @/calibration --temperature 0.5 --temperature-unit layer-std"
                + " --output @/calibration-figures",
            "pullbacks --images @/data/gallery"
                + network
                + calibrated
                + " --targets top:2 --with-gradient --output @/pullbacks",
            "figures --input @/pullbacks --output @/pullbacks-figures",
            "measures --images @/data/held-out"
                + network
                + calibrated
                + " --masks @/data/masks/held-out --output @/measures",
            "figures --input @/measures --output @/measures-figures",
            "ascend --images @/data/gallery"
                + network
                + calibrated
                + " --targets top:2 --direction both"
                + walk
                + " --output @/ascents",
            "figures --input @/ascents --output @/ascents-figures",
            "gram --images @/data/held-out" + network + " --gate hard --output @/gram",
            "figures --input @/gram --output @/gram-figures",
            "kernel --input @/gram --output @/kernel",
            "figures --input @/kernel --limit 8 --output @/kernel-figures",
            "stability --images @/data/held-out --labels @/data/classes.tsv --model demo_cnn"
                + " --checkpoints @/checkpoints --output @/stability",
            "figures --input @/stability --output @/stability-figures",
            "report --input @/pullbacks --input @/ascents --input @/measures --input @/stability"
                + " --input @/gram --input @/kernel --input @/calibration --input @/checkpoints"
                + " --output @/"
                + PAGE)
        .map(command -> Arrays.stream(command.split(" ")).map(this::word).toList())
        .toList();
  }

  private String word(String word) {
    return word.startsWith("@/") ? output.resolve(word.substring(2)).toString() : word;
  }

  private Path page() {
    return output.resolve(PAGE);
  }

  /** The path of the launcher, as a user types it in the current directory. */
  private static String launcher() {
    String home = System.getProperty("curtain.home");
    return home == null || Path.of(home).equals(Path.of("").toAbsolutePath())
        ? "./curtain"
        : TypedCommand.quoted(List.of(Path.of(home, "curtain").toString()));
  }
}
