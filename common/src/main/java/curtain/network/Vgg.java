package curtain.network;

import java.util.List;

/** torchvision's VGGs (Simonyan and Zisserman 2014), with and without BatchNorm. */
final class Vgg {
  private static final int POOL = 0;

  private Vgg() {}

  /** Adds the network behind x; returns the penultimate node. */
  static int build(GraphBuilder graph, int x, int depth, boolean batchNorm, int classes) {
    int module = 0;
    for (int outputs : layers(depth)) {
      if (outputs == POOL) {
        x = graph.maxPool("features." + module++, x, 2, 2, 0, false);
        continue;
      }
      x = graph.biasedConvolution("features." + module++, x, outputs, 3, 1, 1);
      if (batchNorm) {
        x = graph.batchNorm("features." + module++, x);
      }
      x = graph.relu("features." + module++, x);
    }
    // torchvision's adaptive pool to 7 x 7 is the identity here; modules 2 and 5 are dropout
    x = graph.flatten(x);
    x = graph.relu("classifier.1", graph.linear("classifier.0", x, 4096));
    x = graph.relu("classifier.4", graph.linear("classifier.3", x, 4096));
    graph.linear("classifier.6", x, classes);
    return x;
  }

  private static List<Integer> layers(int depth) {
    return switch (depth) {
      case 11 -> List.of(64, POOL, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512, POOL);
      case 13 ->
          List.of(64, 64, POOL, 128, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512, POOL);
      case 16 ->
          List.of(
              64, 64, POOL, 128, 128, POOL, 256, 256, 256, POOL, 512, 512, 512, POOL, 512, 512, 512,
              POOL);
      case 19 ->
          List.of(
              64, 64, POOL, 128, 128, POOL, 256, 256, 256, 256, POOL, 512, 512, 512, 512, POOL, 512,
              512, 512, 512, POOL);
      default -> throw new IllegalArgumentException("no VGG has " + depth + " layers");
    };
  }
}
