package curtain.network;

/** torchvision's AlexNet (Krizhevsky 2014, one tower). */
final class AlexNet {
  private AlexNet() {}

  /** Adds the network behind x; returns the penultimate node. */
  static int build(GraphBuilder graph, int x, int classes) {
    x = graph.relu("features.1", graph.biasedConvolution("features.0", x, 64, 11, 4, 2));
    x = graph.maxPool("features.2", x, 3, 2, 0, false);
    x = graph.relu("features.4", graph.biasedConvolution("features.3", x, 192, 5, 1, 2));
    x = graph.maxPool("features.5", x, 3, 2, 0, false);
    x = graph.relu("features.7", graph.biasedConvolution("features.6", x, 384, 3, 1, 1));
    x = graph.relu("features.9", graph.biasedConvolution("features.8", x, 256, 3, 1, 1));
    x = graph.relu("features.11", graph.biasedConvolution("features.10", x, 256, 3, 1, 1));
    x = graph.maxPool("features.12", x, 3, 2, 0, false);
    // the adaptive pool to 6 x 6 is the identity here; classifier.0 and 3 are dropout
    x = graph.flatten(x);
    x = graph.relu("classifier.2", graph.linear("classifier.1", x, 4096));
    x = graph.relu("classifier.5", graph.linear("classifier.4", x, 4096));
    graph.linear("classifier.6", x, classes);
    return x;
  }
}
