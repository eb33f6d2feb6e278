package curtain.jobs;

import curtain.compile.ProgramInfo;
import curtain.engine.NeuronChoice;
import curtain.network.Network;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Option on the neurons of a hidden layer that a command is about, in the place of classes. */
final class NeuronArguments {
  /** Its name among an output's settings, which hold it only where it was given. */
  static final String SETTING = "neuron";

  /** Bytes of the results that a task holds at once. */
  private static final long MOST = 384L << 20;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--neuron",
      paramLabel = "LAYER:CHANNEL[:Y:X]",
      hideParamSyntax = true,
      description =
          "Neurons of one hidden layer instead of classes: their pre-activations are pulled back,"
              + " the layer's own gate not applied. LAYER: a ReLU call, by index from 0 or name;"
              + " CHANNEL: an index, a range 0-63, several separated by commas, or all; without Y"
              + " and X a channel is summed over positions. A linear layer has channels only.")
  private String neuron;

  /** Checks that classes are not named, too; before anything is read. */
  void check() {
    if (neuron != null && command.commandLine().getParseResult().hasMatchedOption("--targets")) {
      throw refused("and --targets exclude each other; leave one of them out");
    }
  }

  /** The neurons, by the network's layers; null where the option is not given. */
  NeuronChoice choose(Network network) {
    if (neuron == null) {
      return null;
    }
    try {
      return NeuronChoice.parse(neuron, ProgramInfo.relus(network));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--neuron: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a task can hold all that two images give.
   *
   * @param neurons that are pulled back
   * @param each arrays of an image's size that one neuron gives
   * @throws ParameterException where it cannot
   */
  void check(NeuronChoice neurons, int each, int imageSize) {
    long most = fit(each, imageSize) / 2;
    int count = neurons.channels().size();
    if (count > most) {
      throw refused(
          "names %,d channels; at once a task's memory holds %,d here: give a range, and the others to another run"
              .formatted(count, most));
    }
  }

  /**
   * So many images at once that a task holds all that they give.
   *
   * @param asked of {@code --batch-size}
   */
  static int batchSize(int asked, NeuronChoice neurons, int each, int imageSize) {
    return (int) Math.min(asked, fit(each, imageSize) / neurons.channels().size());
  }

  private static long fit(int each, int imageSize) {
    return MOST / (3L * Float.BYTES * imageSize * imageSize * each);
  }

  private ParameterException refused(String why) {
    return new ParameterException(command.commandLine(), "--neuron " + why);
  }
}
