package curtain.network;

import java.util.List;

/**
 * torchvision's DenseNets (Huang et al. 2016). BatchNorm and ReLU stand before the convolutions;
 * the last ReLU is functional. A dense layer's features are appended to what the block holds so
 * far, so that each concatenation has two inputs.
 */
final class DenseNet {
  private static final int BOTTLENECK = 4;

  private DenseNet() {}

  /** Adds the network behind x; returns the penultimate node. */
  static int build(
      GraphBuilder graph, int x, List<Integer> blocks, int growth, int initial, int classes) {
    x = graph.convolution("features.conv0", x, initial, 7, 2, 3);
    x = graph.relu("features.relu0", graph.batchNorm("features.norm0", x));
    x = graph.maxPool("features.pool0", x, 3, 2, 1, false);
    for (int block = 1; block <= blocks.size(); block++) {
      for (int layer = 1; layer <= blocks.get(block - 1); layer++) {
        String name = "features.denseblock" + block + ".denselayer" + layer + ".";
        x = graph.concat(x, layer(graph, name, x, growth));
      }
      if (block < blocks.size()) {
        x = transition(graph, "features.transition" + block + ".", x);
      }
    }
    x = graph.functionalRelu("features.relu_final", graph.batchNorm("features.norm5", x));
    x = graph.globalAveragePool(x);
    graph.linear("classifier", x, classes);
    return x;
  }

  private static int layer(GraphBuilder graph, String name, int x, int growth) {
    x = graph.relu(name + "relu1", graph.batchNorm(name + "norm1", x));
    x = graph.convolution(name + "conv1", x, BOTTLENECK * growth, 1, 1, 0);
    x = graph.relu(name + "relu2", graph.batchNorm(name + "norm2", x));
    return graph.convolution(name + "conv2", x, growth, 3, 1, 1);
  }

  private static int transition(GraphBuilder graph, String name, int x) {
    int outputs = graph.channels(x) / 2;
    x = graph.relu(name + "relu", graph.batchNorm(name + "norm", x));
    return graph.averagePool(graph.convolution(name + "conv", x, outputs, 1, 1, 0), 2);
  }
}
