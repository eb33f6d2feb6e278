package curtain.jobs.check;

import curtain.calibration.Median;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * Images of a set that were read.
 *
 * @param usable those that decoded
 * @param errors those that did not
 * @param seconds median time to read and decode one
 */
record Sample(List<Read> usable, List<ImageError> errors, double seconds) {
  /** The number of images that are read of a larger set. */
  static final int MOST = 20;

  private static final long SEED = 314;

  /**
   * A decoded image.
   *
   * @param ref the listed image
   * @param format its format by content; null where there was no image file
   * @param pixels uint8 (3, H, W); null where no network wants them
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of pixels, never compared
  record Read(ImageRef ref, String format, byte[] pixels) {}

  /**
   * Reads {@link #MOST} images, one of each of as many equal parts of the listing, at a place that
   * is drawn with a fixed seed; all where there are not more.
   *
   * @param keep whether pixels are kept
   * @throws IOException when storage fails
   */
  static Sample read(List<ImageRef> refs, ImageOptions options, boolean keep, Configuration conf)
      throws IOException {
    List<Read> usable = new ArrayList<>();
    List<ImageError> errors = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(chosen(refs), options, conf)) {
      while (outcomes.hasNext()) {
        long start = System.nanoTime();
        Outcome outcome = outcomes.next();
        if (outcome instanceof DecodedImage image) {
          seconds.add((System.nanoTime() - start) / 1e9);
          usable.add(new Read(image.ref(), image.format(), keep ? image.pixels() : null));
        } else {
          errors.add((ImageError) outcome);
        }
      }
    }
    double[] times = seconds.stream().mapToDouble(Double::doubleValue).toArray();
    return new Sample(usable, errors, times.length == 0 ? 0 : Median.of(times));
  }

  /** Images that are spread evenly over the listing, ordinals ascending. */
  static List<ImageRef> chosen(List<ImageRef> refs) {
    if (refs.size() <= MOST) {
      return refs;
    }
    Random random = new Random(SEED);
    List<ImageRef> chosen = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      int from = (int) ((long) refs.size() * i / MOST);
      int to = (int) ((long) refs.size() * (i + 1) / MOST);
      chosen.add(refs.get(from + random.nextInt(to - from)));
    }
    return chosen;
  }

  /** The number of images that were read. */
  int count() {
    return usable.size() + errors.size();
  }

  /** The pixels of all usable images. */
  List<byte[]> pixels() {
    return usable.stream().map(Read::pixels).toList();
  }
}
