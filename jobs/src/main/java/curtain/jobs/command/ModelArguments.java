package curtain.jobs.command;

import curtain.jobs.task.LocalFile;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Sha256;
import curtain.network.Architecture;
import curtain.network.FoundNetwork;
import curtain.network.Network;
import curtain.network.Normalisation;
import curtain.network.StateDictChoice;
import curtain.weights.WeightsException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options on the network that a command reads. */
public final class ModelArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      required = true,
      converter = ArchitectureConverter.class,
      completionCandidates = Architectures.class,
      description =
          "Architecture: a torchvision name (resnet18 to 152, vgg11 to 19 with and without _bn,"
              + " densenet121 to 201, squeezenet1_0, squeezenet1_1, alexnet), cifar_resnet20,"
              + " 32, 44, 56, 110, or demo_cnn.")
  private Architecture model;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      required = true,
      description =
          "State dict, or checkpoint with one, as torch.save or safetensors wrote it, a path or"
              + " Hadoop URI. Nothing in it is run.")
  private String weights;

  @Option(
      names = "--state-dict-key",
      paramLabel = "KEY",
      description =
          "Keys that lead to the state dict in the weights file, joined by dots; . is its top"
              + " (default: what fits the model, under state_dict, model, the top, or elsewhere).")
  private String stateDictKey;

  @Option(
      names = "--state-dict-prefix",
      paramLabel = "PREFIX",
      description =
          "What precedes the model's names in the state dict, 'net.encoder.' for example, or ''"
              + " (default: what precedes all of them).")
  private String stateDictPrefix;

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      split = ",",
      hideParamSyntax = true,
      description =
          "Mean that the network's input is normalised with, for pixels in [0, 1] (default:"
              + " 0.485,0.456,0.406).")
  private List<Double> mean;

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      split = ",",
      hideParamSyntax = true,
      description =
          "Standard deviation that the network's input is normalised with, above 0, for pixels in"
              + " [0, 1] (default: 0.229,0.224,0.225).")
  private List<Double> std;

  private final Set<String> said = new HashSet<>();

  /**
   * A network that was read.
   *
   * @param found the network with its weights, and where these were
   * @param sha256 SHA-256 of the weights file
   */
  public record Read(FoundNetwork found, String sha256) {
    /** The network with its weights. */
    public Network network() {
      return found.network();
    }
  }

  /** The weights file, as the option gave it. */
  public String weights() {
    return weights;
  }

  /** The value of {@code --model}. */
  public Architecture architecture() {
    return model;
  }

  /** The model's defaults for images. */
  public ModelDefaults defaults() {
    return new ModelDefaults(model);
  }

  /** The normalisation ((x + 1)/2 - mean)/std, the network's first map (spec 1). */
  public Normalisation normalisation() {
    Normalisation standard = Normalisation.IMAGENET;
    try {
      return new Normalisation(
          mean == null ? standard.mean() : mean, std == null ? standard.std() : std);
    } catch (IllegalArgumentException e) {
      // It begins with the quantity, which the option is called after.
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /**
   * Reads the file of {@code --weights}.
   *
   * @throws InputException when it is missing, is not a weights file, or not one of the model, or
   *     its storage fails
   */
  public Read read(Configuration conf) throws InputException {
    return read("--weights", weights, conf);
  }

  /**
   * Reads a weights file.
   *
   * @param option option that names it
   * @param weights a path or Hadoop URI
   * @throws InputException when it is missing, is not a weights file, or not one of the model, or
   *     its storage fails
   */
  public Read read(String option, String weights, Configuration conf) throws InputException {
    Normalisation normalisation = normalisation();
    try (LocalFile file = LocalFile.of(option, weights, conf)) {
      return new Read(
          file.network(model, normalisation, choice(), note -> say(weights, note)),
          Sha256.of(file.path()));
    } catch (IOException e) {
      boolean ofWeights = e instanceof WeightsException || e.getCause() instanceof WeightsException;
      String message = String.valueOf(e.getMessage());
      throw new InputException(ofWeights ? options(message) : message, e);
    }
  }

  /** A text that calls options by their names, with the dashes. */
  private static String options(String text) {
    return text.replaceAll("(?<![\\w-])(state-dict-(?:key|prefix)) ", "--$1 ");
  }

  private StateDictChoice choice() {
    return new StateDictChoice(
        Optional.ofNullable(stateDictKey), Optional.ofNullable(stateDictPrefix));
  }

  /** Says a note once, of the first of several files. */
  private void say(String weights, String note) {
    if (!GeneralArguments.isQuiet(command) && said.add(note)) {
      command.commandLine().getErr().println(weights + ": " + options(note));
    }
  }

  /**
   * The settings that decide results, of the network.
   *
   * @param sha256 SHA-256 of the weights file, or of several, separated by commas
   */
  public Settings settings(String sha256) {
    Settings.Builder settings =
        Settings.builder().add("model", model.name()).add("weights_sha256", sha256);
    if (stateDictKey != null) {
      settings.add("state-dict-key", stateDictKey);
    }
    if (stateDictPrefix != null) {
      settings.add("state-dict-prefix", stateDictPrefix);
    }
    return settings
        .add("mean", join(normalisation().mean()))
        .add("std", join(normalisation().std()))
        .build();
  }

  /** The numbers separated by commas, as an option takes them. */
  static String join(List<Double> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The names of all architectures. */
  public static final class Architectures implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Architecture.names().iterator();
    }
  }

  /** Converts a name to an architecture. */
  public static final class ArchitectureConverter implements ITypeConverter<Architecture> {
    @Override
    public Architecture convert(String value) {
      try {
        return Architecture.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
