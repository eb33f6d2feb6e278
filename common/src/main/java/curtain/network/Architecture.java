package curtain.network;

import curtain.Nearest;
import curtain.weights.Checkpoint;
import curtain.weights.WeightsException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An architecture: one of torchvision's ImageNet networks, the CIFAR ResNets of He et al. 2015 or
 * the demo's network, with the names of its state dict (spec 10).
 *
 * @param name by which users choose it, {@code resnet50} for example
 * @param imageSize side of the image that the network takes, in pixels
 */
public record Architecture(String name, int imageSize) implements Serializable {

  /** Adds an architecture's layers behind the normalised image; returns the penultimate node. */
  private interface Layers {
    int add(GraphBuilder graph, int x, int classes);
  }

  /** Layers, the entry of the state dict whose rows are the classes, and the image's side. */
  private record Definition(Layers layers, String classifier, int imageSize) {}

  private static final Map<String, Definition> DEFINITIONS = new LinkedHashMap<>();

  static {
    resNet("resnet18", List.of(2, 2, 2, 2), false);
    resNet("resnet34", List.of(3, 4, 6, 3), false);
    resNet("resnet50", List.of(3, 4, 6, 3), true);
    resNet("resnet101", List.of(3, 4, 23, 3), true);
    resNet("resnet152", List.of(3, 8, 36, 3), true);
    for (int depth : new int[] {11, 13, 16, 19}) {
      define("vgg" + depth, "classifier.6", 224, (g, x, c) -> Vgg.build(g, x, depth, false, c));
      define(
          "vgg" + depth + "_bn", "classifier.6", 224, (g, x, c) -> Vgg.build(g, x, depth, true, c));
    }
    denseNet("densenet121", List.of(6, 12, 24, 16), 32, 64);
    denseNet("densenet161", List.of(6, 12, 36, 24), 48, 96);
    denseNet("densenet169", List.of(6, 12, 32, 32), 32, 64);
    denseNet("densenet201", List.of(6, 12, 48, 32), 32, 64);
    define("squeezenet1_0", "classifier.1", 224, SqueezeNet::build10);
    define("squeezenet1_1", "classifier.1", 224, SqueezeNet::build11);
    define("alexnet", "classifier.6", 224, AlexNet::build);
    for (int depth : new int[] {20, 32, 44, 56, 110}) {
      define("cifar_resnet" + depth, "linear", 32, (g, x, c) -> CifarResNet.build(g, x, depth, c));
    }
    define("demo_cnn", "fc", 64, DemoCnn::build);
  }

  private static void resNet(String name, List<Integer> blocks, boolean bottleneck) {
    define(name, "fc", 224, (g, x, c) -> ResNet.build(g, x, blocks, bottleneck, c));
  }

  private static void denseNet(String name, List<Integer> blocks, int growth, int initial) {
    define(name, "classifier", 224, (g, x, c) -> DenseNet.build(g, x, blocks, growth, initial, c));
  }

  private static void define(String name, String classifier, int imageSize, Layers layers) {
    DEFINITIONS.put(name, new Definition(layers, classifier, imageSize));
  }

  /** The names, in the order of the help text. */
  public static List<String> names() {
    return List.copyOf(DEFINITIONS.keySet());
  }

  /**
   * The architecture of this name.
   *
   * @throws IllegalArgumentException if there is none; names the nearest and all that there are
   */
  public static Architecture of(String name) {
    Definition definition = DEFINITIONS.get(name);
    if (definition == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'%s' is no network; the nearest is %s (of %s)",
              name,
              Nearest.of(name, names()),
              String.join(", ", names())));
    }
    return new Architecture(name, definition.imageSize());
  }

  /** Whether this is one of the networks for CIFAR-10. */
  public boolean cifar() {
    return name.startsWith("cifar_");
  }

  /** Whether its images have its size already, as those of CIFAR-10 and of the demo do. */
  public boolean exactSize() {
    return cifar() || name.equals("demo_cnn");
  }

  /**
   * The network with the weights of a file, and where these are in it. The number of classes is
   * that of the last layer.
   *
   * @param choice where the state dict is, as far as the user says
   * @param notes receives what the user should know of how the file was read, such as entries that
   *     were left out: clauses that follow the file's name
   * @throws WeightsException if the file cannot be read, or does not hold the network's entries, or
   *     holds them more than once; then the message says what to do
   */
  public FoundNetwork find(
      Path weights, Normalisation normalisation, StateDictChoice choice, Consumer<String> notes)
      throws WeightsException {
    try (Checkpoint file = Checkpoint.open(weights)) {
      return find(file, normalisation, choice, notes);
    } catch (WeightsException e) {
      throw e;
    } catch (IOException e) {
      throw new WeightsException(weights, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The network alone, see {@link #find}.
   *
   * @throws WeightsException likewise
   */
  public Network network(
      Path weights, Normalisation normalisation, StateDictChoice choice, Consumer<String> notes)
      throws WeightsException {
    return find(weights, normalisation, choice, notes).network();
  }

  /**
   * The same, from what fits, without a word.
   *
   * @throws WeightsException likewise
   */
  public Network network(Path weights, Normalisation normalisation) throws WeightsException {
    return network(weights, normalisation, StateDictChoice.AUTOMATIC, note -> {});
  }

  /** The same, from an open file. */
  FoundNetwork find(
      Checkpoint file, Normalisation normalisation, StateDictChoice choice, Consumer<String> notes)
      throws WeightsException {
    WeightsReader.Read read = reader(file, choice, notes).read();
    Fit fit = read.fit();
    GraphBuilder graph = new GraphBuilder(new Parameters(read.weights()));
    int x = graph.normalisedInput(imageSize, normalisation);
    int penultimate = DEFINITIONS.get(name).layers().add(graph, x, fit.classes());
    return new FoundNetwork(
        graph.build(name, penultimate),
        fit.dict().key(),
        fit.prefix(),
        fit.keys().size(),
        fit.leftOut());
  }

  /** What takes its state dict from a file. */
  WeightsReader reader(Checkpoint file, StateDictChoice choice, Consumer<String> notes) {
    Map<String, Supplier<Wanted>> others = new LinkedHashMap<>();
    names().forEach(other -> others.put(other, () -> of(other).wanted()));
    others.remove(name);
    return new WeightsReader(name, wanted(), others, file, choice, notes);
  }

  /** What it asks of a state dict. */
  Wanted wanted() {
    Definition definition = DEFINITIONS.get(name);
    Parameters asked = Parameters.none();
    GraphBuilder graph = new GraphBuilder(asked);
    int x = graph.normalisedInput(imageSize, Normalisation.IMAGENET);
    int unused = definition.layers().add(graph, x, exactSize() ? 10 : 1000);
    return new Wanted(asked, definition.classifier(), name.startsWith("densenet"));
  }
}
