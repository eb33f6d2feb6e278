package curtain.network;

/**
 * torchvision's SqueezeNets (Iandola et al. 2016). The classifier is a convolution with a ReLU and
 * an average over positions; the penultimate feature is {@code features}.
 */
final class SqueezeNet {
  private final GraphBuilder graph;
  private int module;
  private int x;

  private SqueezeNet(GraphBuilder graph, int x) {
    this.graph = graph;
    this.x = x;
  }

  /** Adds SqueezeNet 1.0 behind x; returns the penultimate node. */
  static int build10(GraphBuilder graph, int x, int classes) {
    SqueezeNet net = new SqueezeNet(graph, x);
    net.stem(96, 7).pool().fire(16, 64).fire(16, 64).fire(32, 128).pool();
    net.fire(32, 128).fire(48, 192).fire(48, 192).fire(64, 256).pool().fire(64, 256);
    return net.classifier(classes);
  }

  /** Adds SqueezeNet 1.1 behind x; returns the penultimate node. */
  static int build11(GraphBuilder graph, int x, int classes) {
    SqueezeNet net = new SqueezeNet(graph, x);
    net.stem(64, 3).pool().fire(16, 64).fire(16, 64).pool().fire(32, 128).fire(32, 128).pool();
    net.fire(48, 192).fire(48, 192).fire(64, 256).fire(64, 256);
    return net.classifier(classes);
  }

  private SqueezeNet stem(int outputs, int kernel) {
    x = graph.biasedConvolution(next(), x, outputs, kernel, 2, 0);
    x = graph.relu(next(), x);
    return this;
  }

  private SqueezeNet pool() {
    x = graph.maxPool(next(), x, 3, 2, 0, true);
    return this;
  }

  private SqueezeNet fire(int squeeze, int expand) {
    String name = next() + ".";
    x = graph.biasedConvolution(name + "squeeze", x, squeeze, 1, 1, 0);
    x = graph.relu(name + "squeeze_activation", x);
    int a = graph.biasedConvolution(name + "expand1x1", x, expand, 1, 1, 0);
    a = graph.relu(name + "expand1x1_activation", a);
    int b = graph.biasedConvolution(name + "expand3x3", x, expand, 3, 1, 1);
    b = graph.relu(name + "expand3x3_activation", b);
    x = graph.concat(a, b);
    return this;
  }

  private int classifier(int classes) {
    int features = x;
    // classifier.0 is dropout
    x = graph.biasedConvolution("classifier.1", x, classes, 1, 1, 0);
    graph.globalAveragePool(graph.relu("classifier.2", x));
    return features;
  }

  private String next() {
    return "features." + module++;
  }
}
