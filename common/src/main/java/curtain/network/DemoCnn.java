package curtain.network;

/**
 * The network of the demo, for images of 64 x 64: three convolutions and a residual block, each
 * convolution with BatchNorm, three max-pools, an average over positions. 42,906 parameters for ten
 * classes.
 *
 * <pre>
 * conv1 3x3, 16   bn1  relu1   pool1 2x2
 * conv2 3x3, 32   bn2  relu2   pool2 2x2
 * block: conv1 3x3, 32  bn1  relu1  conv2 3x3, 32  bn2, plus the block's input, relu2
 * pool3 2x2
 * conv3 3x3, 64   bn3  relu3   average   fc
 * </pre>
 */
final class DemoCnn {
  private DemoCnn() {}

  /** Adds the network behind x; returns the penultimate node. */
  static int build(GraphBuilder graph, int x, int classes) {
    x = graph.maxPool("pool1", layer(graph, "", 1, x, 16), 2, 2, 0, false);
    x = graph.maxPool("pool2", layer(graph, "", 2, x, 32), 2, 2, 0, false);
    int y = layer(graph, "block.", 1, x, 32);
    y = graph.batchNorm("block.bn2", graph.convolution("block.conv2", y, 32, 3, 1, 1));
    x = graph.relu("block.relu2", graph.sum(y, x));
    x = graph.maxPool("pool3", x, 2, 2, 0, false);
    x = graph.globalAveragePool(layer(graph, "", 3, x, 64));
    graph.linear("fc", x, classes);
    return x;
  }

  private static int layer(GraphBuilder graph, String prefix, int number, int x, int outputs) {
    x = graph.convolution(prefix + "conv" + number, x, outputs, 3, 1, 1);
    return graph.relu(prefix + "relu" + number, graph.batchNorm(prefix + "bn" + number, x));
  }
}
