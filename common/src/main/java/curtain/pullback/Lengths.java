package curtain.pullback;

import java.util.List;

/**
 * What was measured of an image's pullbacks and gradients before they were rounded to float16; not
 * to be changed.
 *
 * @param norms Euclidean norms of the pullbacks, (M, K)
 * @param largest largest magnitudes within the pullbacks, (M, K)
 * @param dots inner products of the pullbacks with the gradients, (M, K); of length 0 without these
 * @param gradientNorms Euclidean norms of the gradients, (K); of length 0 without these
 * @param gradientLargest largest magnitudes within the gradients, (K); of length 0 without these
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record Lengths(
    double[][] norms,
    float[][] largest,
    double[][] dots,
    double[] gradientNorms,
    float[] gradientLargest) {
  /** The cosine of a pullback with its gradient, within [-1, 1]; null where one of them is 0. */
  public Double cosine(int m, int k) {
    double product = norms[m][k] * gradientNorms[k];
    return product > 0 ? Math.max(-1, Math.min(1, dots[m][k] / product)) : null;
  }

  /** The lengths of several groups of an image's targets as those of all of them, in order. */
  static Lengths join(List<Lengths> parts) {
    int temperatures = parts.get(0).norms.length;
    int targets = parts.stream().mapToInt(part -> part.norms[0].length).sum();
    int dots = parts.get(0).dots.length;
    int gradients = dots == 0 ? 0 : targets;
    Lengths all =
        new Lengths(
            new double[temperatures][targets],
            new float[temperatures][targets],
            new double[dots][targets],
            new double[gradients],
            new float[gradients]);
    int at = 0;
    for (Lengths part : parts) {
      int own = part.norms[0].length;
      for (int m = 0; m < temperatures; m++) {
        System.arraycopy(part.norms[m], 0, all.norms[m], at, own);
        System.arraycopy(part.largest[m], 0, all.largest[m], at, own);
      }
      for (int m = 0; m < dots; m++) {
        System.arraycopy(part.dots[m], 0, all.dots[m], at, own);
      }
      if (gradients > 0) {
        System.arraycopy(part.gradientNorms, 0, all.gradientNorms, at, own);
        System.arraycopy(part.gradientLargest, 0, all.gradientLargest, at, own);
      }
      at += own;
    }
    return all;
  }

  /** Whether all of the k-th target's values are finite. */
  boolean isFinite(int k) {
    boolean finite = gradientLargest.length == 0 || Float.isFinite(gradientLargest[k]);
    for (float[] own : largest) {
      finite &= Float.isFinite(own[k]);
    }
    return finite;
  }
}
