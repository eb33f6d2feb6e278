package curtain.network;

/**
 * The ResNets for CIFAR-10 of He et al. 2015, section 4.2: 6 n + 2 layers, shortcut option A. All
 * ReLUs are functional.
 */
final class CifarResNet {
  private CifarResNet() {}

  /** Adds the network behind x; returns the penultimate node. */
  static int build(GraphBuilder graph, int x, int depth, int classes) {
    x = graph.batchNorm("bn1", graph.convolution("conv1", x, 16, 3, 1, 1));
    x = graph.functionalRelu("relu", x);
    for (int stage = 0; stage < 3; stage++) {
      for (int block = 0; block < (depth - 2) / 6; block++) {
        String name = "layer" + (stage + 1) + "." + block + ".";
        x = block(graph, name, x, 16 << stage, stage > 0 && block == 0);
      }
    }
    x = graph.globalAveragePool(x);
    graph.linear("linear", x, classes);
    return x;
  }

  private static int block(GraphBuilder graph, String name, int x, int width, boolean halve) {
    int y = graph.convolution(name + "conv1", x, width, 3, halve ? 2 : 1, 1);
    y = graph.functionalRelu(name + "relu#0", graph.batchNorm(name + "bn1", y));
    y = graph.batchNorm(name + "bn2", graph.convolution(name + "conv2", y, width, 3, 1, 1));
    int shortcut = halve ? graph.subsample(x, (width - graph.channels(x)) / 2) : x;
    return graph.functionalRelu(name + "relu#1", graph.sum(y, shortcut));
  }
}
