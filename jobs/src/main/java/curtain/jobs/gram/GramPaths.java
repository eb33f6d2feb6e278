package curtain.jobs.gram;

import curtain.gram.PathKernel;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.jobs.task.ProgramFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * What tasks need for the exact path kernel (spec 3).
 *
 * @param network the compiled network, whose gate is lambda
 * @param paths the compiled program of the path kernel
 * @param temperature temperature of lambda
 * @param batchSize images of a forward pass, and pairs of a pass of the path kernel
 */
record GramPaths(ProgramFile network, ProgramFile paths, double temperature, int batchSize)
    implements Serializable {

  /** The kernel on this task's device. */
  PathKernel kernel() throws IOException {
    return new PathKernel(network.load(batchSize), paths.load(batchSize), temperature, batchSize);
  }

  /** ln K(x, x) of the path kernel. */
  static double own(PathKernel kernel, byte[] pixels) {
    try (PathKernel.PathBlock image = kernel.gates(List.of(pixels))) {
      return kernel.tile(image, image).log()[0];
    }
  }

  /**
   * Decodes images that were decoded before.
   *
   * @throws IOException where one of them can no longer be used
   */
  static List<byte[]> pixels(GramNetwork network, List<ImageRef> images, Configuration conf)
      throws IOException {
    List<byte[]> pixels = new ArrayList<>();
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(images, network.options(), conf)) {
      while (outcomes.hasNext()) {
        pixels.add(decoded(outcomes.next()).pixels());
      }
    }
    return pixels;
  }

  /**
   * The image of an outcome.
   *
   * @throws IOException where it can no longer be used
   */
  static DecodedImage decoded(Outcome outcome) throws IOException {
    if (outcome instanceof DecodedImage image) {
      return image;
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "%s could be used before and now cannot: %s; run again when it is back",
            outcome.ref().imageId(),
            ((ImageError) outcome).reason()));
  }
}
