package curtain.network;

import curtain.Nearest;
import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.WeightsException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** Keys of the DenseNets' first state dicts: {@code norm.1} for {@code norm1} and so on. */
  private static final Pattern OLD_DENSENET_KEY =
      Pattern.compile("(.*denselayer\\d+\\.(?:norm|relu|conv))\\.([12]\\..*)");

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
   * The network with the weights of a file. The number of classes is that of the last layer.
   *
   * @throws WeightsException if the file cannot be read, or entries are missing, misshaped or
   *     unexpected; then the message lists all of them
   */
  public Network network(Path weights, Normalisation normalisation) throws WeightsException {
    return network(StateDict.read(weights), weights, normalisation);
  }

  /** The same, with the state dict that was read from the file. */
  Network network(StateDict weights, Path file, Normalisation normalisation)
      throws WeightsException {
    Definition definition = DEFINITIONS.get(name);
    boolean denseNet = name.startsWith("densenet");
    Parameters parameters = new Parameters(name, denseNet ? renamed(weights) : weights, file);
    GraphBuilder graph = new GraphBuilder(parameters);
    int classes = parameters.rows(definition.classifier() + ".weight", exactSize() ? 10 : 1000);
    int x = graph.normalisedInput(imageSize, normalisation);
    int penultimate = definition.layers().add(graph, x, classes);
    return graph.build(name, penultimate);
  }

  private static StateDict renamed(StateDict weights) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    weights
        .tensors()
        .forEach(
            (key, tensor) -> {
              Matcher old = OLD_DENSENET_KEY.matcher(key);
              renamed.put(old.matches() ? old.group(1) + old.group(2) : key, tensor);
            });
    return StateDict.of(renamed);
  }
}
