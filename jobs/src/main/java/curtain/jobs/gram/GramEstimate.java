package curtain.jobs.gram;

import curtain.gram.GateBlock;
import curtain.gram.GramKernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * An estimate of the time of a Gram matrix on this machine, from timed batches of black images.
 *
 * @param observe seconds for the forward pass of an image
 * @param store seconds to store its gates on the local disk, or NaN where they will not be stored
 * @param restore seconds to read them back, or NaN
 * @param pair seconds for the inner products of a pair of images
 */
record GramEstimate(double observe, double store, double restore, double pair) {
  private static final int REPEAT = 3;

  /** Work to be timed. */
  private interface Work {
    void run() throws IOException;
  }

  /**
   * Measures, with a few batches.
   *
   * @param stored whether gates may be stored
   */
  static GramEstimate measure(GramKernel kernel, boolean stored) throws IOException {
    int n = kernel.batchSize();
    int side = kernel.info().imageSize();
    List<byte[]> images = Collections.nCopies(n, new byte[3 * side * side]);
    double observe = seconds(() -> kernel.observe(images).close());
    try (GateBlock block = kernel.observe(images)) {
      double pairs = seconds(() -> kernel.diagonal(block, false));
      double[] store =
          stored ? store(kernel, block, images) : new double[] {Double.NaN, Double.NaN};
      return new GramEstimate(observe / n, store[0], store[1], pairs / n / n);
    }
  }

  private static double[] store(GramKernel kernel, GateBlock block, List<byte[]> images)
      throws IOException {
    int n = kernel.packedTogether();
    float[][] features = Arrays.copyOf(block.featureRows(), n);
    Path file = Files.createTempFile("curtain", ".bin");
    try {
      double store = seconds(() -> Files.write(file, kernel.pack(block, 0, n).array()));
      double restore =
          seconds(
              () ->
                  kernel
                      .unpack(
                          ByteBuffer.wrap(Files.readAllBytes(file)), images.subList(0, n), features)
                      .close());
      return new double[] {store / n, restore / n};
    } finally {
      Files.delete(file);
    }
  }

  private static double seconds(Work work) throws IOException {
    work.run();
    double shortest = Double.MAX_VALUE;
    for (int i = 0; i < REPEAT; i++) {
      long start = System.nanoTime();
      work.run();
      shortest = Math.min(shortest, (System.nanoTime() - start) / 1e9);
    }
    return shortest;
  }

  /**
   * Seconds to get gates by forward passes.
   *
   * @param passed number of images whose gates tiles need, each counted once for each time
   */
  double recomputing(long passed) {
    return passed * observe;
  }

  /**
   * Seconds to get gates from a store.
   *
   * @param images number of images that are stored
   * @param passed number of images whose gates tiles need, each counted once for each time
   */
  double storing(long images, long passed) {
    return images * store + passed * restore;
  }
}
