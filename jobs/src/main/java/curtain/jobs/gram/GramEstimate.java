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
 * How long a Gram matrix will take here, from batches of black images: seconds of an image's
 * forward pass; of storing its gates, on the local disk, and of reading them back, or NaN where
 * that is no question; of a pair's products.
 */
record GramEstimate(double observe, double store, double restore, double pair) {
  private static final int REPEAT = 3;

  /** Something to be timed. */
  private interface Work {
    void run() throws IOException;
  }

  /**
   * Times them; a few batches.
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
   * Seconds that gates take where the network is run again.
   *
   * @param passed images whose gates tiles need, each as often as it passes
   */
  double recomputing(long passed) {
    return passed * observe;
  }

  /** Seconds that gates of so many images take where they are stored. */
  double storing(long images, long passed) {
    return images * store + passed * restore;
  }
}
