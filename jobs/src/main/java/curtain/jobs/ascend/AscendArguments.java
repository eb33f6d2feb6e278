package curtain.jobs.ascend;

import curtain.ascent.AscentOptions;
import curtain.compile.CompileOptions;
import curtain.compile.Precision;
import curtain.compile.ProgramInfo.Layer;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.ClassList;
import curtain.jobs.command.GateArguments;
import curtain.jobs.command.GoalArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TemperatureArguments;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.Room;
import curtain.network.Network;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options on the direction, length and number of steps of walks (spec 5). */
final class AscendArguments {
  private static final CompileOptions VANILLA =
      new CompileOptions(Gate.HARD, PoolGate.HARD, false, Precision.FLOAT32);

  /** Options that have no effect on walks along gradients. */
  private static final List<String> OF_PULLBACKS =
      List.of(
          "--calibration", "--temperature", "--temperature-unit", "--gate", "--pool", "--compat");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private GateArguments gates;
  @Mixin private GoalArguments goals;
  @Mixin private TemperatureArguments temperatures;

  @Option(
      names = "--direction",
      paramLabel = "WHICH",
      defaultValue = "pullback",
      description =
          "Direction of steps: pullback; gradient, the vanilla gradient, with which options on"
              + " gates, pools and temperatures are refused; both, a walk along each (default:"
              + " ${DEFAULT-VALUE}).")
  private Direction direction;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      converter = Ranges.Count.class,
      description = "Steps of a walk, 1 to 65536 (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--alpha",
      paramLabel = "L",
      defaultValue = "20",
      converter = LengthConverter.class,
      description =
          "L2 norm of a step, for pixels in [-1, 1], above 0 (default: ${DEFAULT-VALUE}).")
  private double alpha;

  @Option(
      names = "--eps",
      paramLabel = "L",
      defaultValue = "100",
      converter = LengthConverter.class,
      description =
          "Radius of the L2 ball around the image that walks stay in, above 0 (default:"
              + " ${DEFAULT-VALUE}).")
  private double eps;

  @Option(
      names = "--keep-steps",
      description =
          "Write a row for every step, 0 being the image itself, instead of the last step only.")
  private boolean keepSteps;

  /**
   * The logits or neurons that walks raise.
   *
   * @param classes class list by which targets are read
   * @param network the network whose layers neurons name
   */
  PullbackGoals goals(ClassList classes, Network network) {
    return goals.goals(classes, network);
  }

  /**
   * The number of pairs of image and target whose walks are in memory at once: {@code
   * --batch-size}, or as many as fit where that is less.
   *
   * @param asked value of {@code --batch-size}
   * @param imageSize side of an image, pixels
   * @throws ParameterException where fewer than two pairs fit, which is the least batch of a
   *     program
   */
  BatchSize batch(BatchSize asked, int imageSize) {
    int walks = 0;
    for (Direction one : directions()) {
      walks += one == Direction.GRADIENT ? 1 : temperatures.count();
    }
    long images = (long) walks * (keepSteps ? steps + 1 : 1);
    int fit = Room.results(images + 1, imageSize);
    if (fit < 2) {
      throw new ParameterException(
          command.commandLine(),
          String.format(
              Locale.ROOT,
              "%s: a target's walks give %,d images; at once a task's memory holds %,d here: give fewer %s",
              keepSteps ? "--keep-steps" : "--temperature",
              images,
              Room.results(2, imageSize) - 1,
              keepSteps ? "--steps, or temperatures to another run" : "temperatures"));
    }
    return asked.atMost(fit);
  }

  /** Number, length and radius of steps, and which points are kept. */
  AscentOptions ascent() {
    return new AscentOptions(steps, alpha, eps, keepSteps);
  }

  /** The directions of walks, in the order of rows. */
  List<Direction> directions() {
    return direction.each();
  }

  /** The options with which the network is compiled for a direction. */
  CompileOptions options(Direction one) {
    return one == Direction.GRADIENT ? VANILLA : gates.options();
  }

  /**
   * Checks the options before images and network are read.
   *
   * @throws ParameterException where an option has no effect on walks along gradients
   * @throws RunException where the calibration cannot be used
   */
  void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    if (direction == Direction.GRADIENT) {
      for (String option : OF_PULLBACKS) {
        if (command.commandLine().getParseResult().hasMatchedOption(option)) {
          throw new ParameterException(
              command.commandLine(),
              option
                  + " has no effect with --direction gradient, which has no temperature, and hard"
                  + " gates and pools; leave it out, or give --direction both");
        }
      }
    }
    temperatures.check(output, conf);
  }

  /**
   * The temperatures of walks along a direction, see {@link TemperatureArguments#choose}; along
   * gradients the choice is null, as hard gates have no temperature.
   */
  TemperatureArguments.Chosen temperatures(
      Direction one, Settings network, List<Layer> relus, Configuration conf)
      throws IOException, RunException {
    return one == Direction.GRADIENT
        ? new TemperatureArguments.Chosen(null, Settings.NONE)
        : temperatures.choose(network, relus, conf);
  }

  /** The settings that decide results, without those of temperatures. */
  Settings settings(PullbackGoals chosen) {
    return Settings.builder()
        .addAll(gates.settings())
        .addAll(chosen.settings())
        .add("direction", direction)
        .add("steps", steps)
        .add("alpha", alpha)
        .add("eps", eps)
        .add("keep-steps", keepSteps)
        .build();
  }

  /** A finite number above 0. */
  private static final class LengthConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      try {
        double number = Double.parseDouble(value);
        if (number > 0 && Double.isFinite(number)) {
          return number;
        }
      } catch (NumberFormatException e) {
        // refused below
      }
      throw new TypeConversionException("'" + value + "' is no number above 0");
    }
  }
}
