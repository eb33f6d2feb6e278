package curtain.pullback;

/** Probabilities of classes. */
public final class Softmax {
  private Softmax() {}

  /** The softmax exp(f_c) / sum_i exp(f_i) of the logits f at the target c, in double precision. */
  public static double probability(float[] logits, int target) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return Math.exp(logits[target] - max) / sum;
  }
}
