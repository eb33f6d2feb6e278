package curtain.pullback;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How far two computations of the same images' results lie apart.
 *
 * @param logits that have other bits
 * @param logit largest difference of logits, relative to the image's largest
 * @param signs of pre-activations that differ
 * @param selections of max-pools that differ
 * @param pullback largest L2 difference of pullbacks, relative
 */
record Differences(long logits, double logit, long signs, long selections, double pullback) {
  static final Differences NONE = new Differences(0, 0, 0, 0, 0);

  /** Of images whose decisions were kept, one temperature and one target each. */
  static Differences between(List<ImagePullbacks> a, List<ImagePullbacks> b) {
    if (a.size() != b.size()) {
      throw new IllegalArgumentException(a.size() + " images, " + b.size() + " images");
    }
    Differences all = NONE;
    for (int i = 0; i < a.size(); i++) {
      all = all.plus(between(a.get(i), b.get(i)));
    }
    return all;
  }

  private static Differences between(ImagePullbacks a, ImagePullbacks b) {
    long logits = 0;
    double most = 0;
    double largest = 0;
    for (int c = 0; c < a.logits().length; c++) {
      double difference = Math.abs((double) a.logits()[c] - b.logits()[c]);
      logits += Float.floatToIntBits(a.logits()[c]) == Float.floatToIntBits(b.logits()[c]) ? 0 : 1;
      most = Math.max(most, difference);
      largest = Math.max(largest, Math.abs(a.logits()[c]));
    }
    long signs = 0;
    for (int l = 0; l < a.signs().size(); l++) {
      for (int j = 0; j < a.signs().get(l).length; j++) {
        signs += Integer.bitCount((a.signs().get(l)[j] ^ b.signs().get(l)[j]) & 0xff);
      }
    }
    long selections = 0;
    for (int l = 0; l < a.selections().size(); l++) {
      byte[] one = a.selections().get(l);
      for (int j = 0; j < one.length; j += Integer.BYTES) {
        int end = j + Integer.BYTES;
        selections += Arrays.equals(one, j, end, b.selections().get(l), j, end) ? 0 : 1;
      }
    }
    double pullback =
        Arrays.equals(a.targets(), b.targets())
            ? relative(a.pullback(0, 0), b.pullback(0, 0))
            : Double.POSITIVE_INFINITY;
    return new Differences(logits, most / largest, signs, selections, pullback);
  }

  private static double relative(float[] a, float[] b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      double d = (double) a[i] - b[i];
      difference += d * d;
      norm += (double) a[i] * a[i];
    }
    return Math.sqrt(difference / norm);
  }

  /** The counts' sums and the distances' maxima. */
  Differences plus(Differences other) {
    return new Differences(
        logits + other.logits,
        Math.max(logit, other.logit),
        signs + other.signs,
        selections + other.selections,
        Math.max(pullback, other.pullback));
  }

  /** Whether signs, selections and logits are the same to the last bit. */
  boolean isForwardEqual() {
    return logits == 0 && signs == 0 && selections == 0;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d logits (%.1e), %d signs, %d selections, pullbacks %.1e",
        logits,
        logit,
        signs,
        selections,
        pullback);
  }
}
