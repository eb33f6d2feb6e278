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
 * The exact path kernel as tasks compute it, beside the others.
 *
 * @param network the compiled network, whose gate is lambda
 * @param paths its paths' program
 * @param temperature of lambda
 * @param batchSize of forward passes, and of pairs
 */
record GramPaths(ProgramFile network, ProgramFile paths, double temperature, int batchSize)
    implements Serializable {

  /** The kernel on this task's device. */
  PathKernel kernel() throws IOException {
    return new PathKernel(network.load(), paths.load(), temperature, batchSize);
  }

  /** The kernel of an image with itself. */
  static double own(PathKernel kernel, byte[] pixels) {
    try (PathKernel.PathBlock image = kernel.gates(List.of(pixels))) {
      return kernel.tile(image, image).log()[0];
    }
  }

  /** Decodes images again that were decoded before. */
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
   * The image.
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
