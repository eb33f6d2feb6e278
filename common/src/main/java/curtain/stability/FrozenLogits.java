package curtain.stability;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * The logits of T checkpoints for K classes of each image of a batch: f^(t) as it is, and
 * f^(t)_Lambda(s) with the gates and pool selections of S checkpoints [spec 4].
 */
public final class FrozenLogits {
  private final int classes;
  private final List<List<Integer>> targets;
  private final double[][][] logits;
  private final double[][][][][] frozen;

  FrozenLogits(int checkpoints, int gatesFrom, int classes, List<List<Integer>> targets) {
    this.classes = classes;
    this.targets = List.copyOf(targets);
    this.logits = new double[checkpoints][][];
    this.frozen = new double[checkpoints][gatesFrom][2][][];
  }

  /** The number of images. */
  public int images() {
    return targets.size();
  }

  /** The classes of an image, (K). */
  public List<Integer> targets(int image) {
    return targets.get(image);
  }

  /** The logit f^(t) of the k-th class of an image. */
  public double logit(int t, int image, int k) {
    return logits[t][image][k];
  }

  /**
   * The logit f^(t)_Lambda(s) of the k-th class of an image.
   *
   * @param t checkpoint of the weights
   * @param s position of the checkpoint of the gates among those of {@code --gates-from}
   * @param smooth whether the gates are smooth ones, else hard
   */
  public double frozen(int t, int s, boolean smooth, int image, int k) {
    return frozen[t][s][smooth ? 1 : 0][image][k];
  }

  /**
   * Whether an image's logits with a checkpoint's weights are finite, f^(t) and all
   * f^(t)_Lambda(s).
   */
  public boolean finite(int t, int image) {
    double sum = 0;
    for (int k = 0; k < targets.get(image).size(); k++) {
      sum += Math.abs(logits[t][image][k]);
      for (double[][][] gates : frozen[t]) {
        sum += Math.abs(gates[0][image][k]) + Math.abs(gates[1][image][k]);
      }
    }
    return Double.isFinite(sum);
  }

  void putLogits(int t, FloatBuffer all) {
    logits[t] = chosen(all);
  }

  void putFrozen(int t, int s, int gate, FloatBuffer all) {
    frozen[t][s][gate] = chosen(all);
  }

  /** The logits of the images' own classes, (n, K), of all logits (N, C). */
  private double[][] chosen(FloatBuffer all) {
    double[][] chosen = new double[targets.size()][];
    for (int i = 0; i < chosen.length; i++) {
      int row = i * classes;
      chosen[i] = targets.get(i).stream().mapToDouble(c -> all.get(row + c)).toArray();
    }
    return chosen;
  }
}
