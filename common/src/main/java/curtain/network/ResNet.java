package curtain.network;

import java.util.List;

/**
 * torchvision's ResNets (He et al. 2015; stride in the 3 x 3 convolution of a bottleneck). A block
 * calls its one ReLU module two or three times.
 */
final class ResNet {
  private final GraphBuilder graph;
  private final boolean bottleneck;

  private ResNet(GraphBuilder graph, boolean bottleneck) {
    this.graph = graph;
    this.bottleneck = bottleneck;
  }

  /** Adds the network behind x; returns the penultimate node. */
  static int build(
      GraphBuilder graph, int x, List<Integer> blocks, boolean bottleneck, int classes) {
    ResNet net = new ResNet(graph, bottleneck);
    x = graph.batchNorm("bn1", graph.convolution("conv1", x, 64, 7, 2, 3));
    x = graph.maxPool("maxpool", graph.relu("relu", x), 3, 2, 1, false);
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        x = net.block("layer" + (stage + 1) + "." + block + ".", x, 64 << stage, stride);
      }
    }
    x = graph.globalAveragePool(x);
    graph.linear("fc", x, classes);
    return x;
  }

  private int block(String name, int x, int width, int stride) {
    int outputs = bottleneck ? 4 * width : width;
    int y;
    if (bottleneck) {
      y = convolution(name, 1, x, width, 1, 1);
      y = convolution(name, 2, graph.relu(name + "relu#0", y), width, 3, stride);
      y = convolution(name, 3, graph.relu(name + "relu#1", y), outputs, 1, 1);
    } else {
      y = convolution(name, 1, x, width, 3, stride);
      y = convolution(name, 2, graph.relu(name + "relu#0", y), outputs, 3, 1);
    }
    if (stride != 1 || graph.channels(x) != outputs) {
      x = graph.convolution(name + "downsample.0", x, outputs, 1, stride, 0);
      x = graph.batchNorm(name + "downsample.1", x);
    }
    return graph.relu(name + "relu#" + (bottleneck ? 2 : 1), graph.sum(y, x));
  }

  private int convolution(String name, int i, int x, int outputs, int kernel, int stride) {
    x = graph.convolution(name + "conv" + i, x, outputs, kernel, stride, kernel / 2);
    return graph.batchNorm(name + "bn" + i, x);
  }
}
