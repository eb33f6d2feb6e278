package curtain.jobs.stability;

import curtain.jobs.tables.Col;
import curtain.statistics.Moments;

/** A row of pullback_cosine: directions against the last checkpoint's (spec 12). */
public record PullbackCosineRow(
    @Col(doc = "file name of the checkpoint") String checkpoint,
    @Col(doc = "`pullback` or `gradient`, of the label's logit") String direction,
    @Col(doc = "`--gate`; `hard` of the gradient") String gate,
    @Col(doc = "T, absolute; null of the gradient") Double temperature,
    @Col(doc = "images whose cosine is defined") long images,
    @Col(doc = "mean of the cosines; null where there is none") Double mean,
    @Col(doc = "their standard deviation, divisor n; null where there is none") Double std) {
  /** What cosines are of. */
  record Key(String checkpoint, String direction, String gate, Double temperature) {}

  Key key() {
    return new Key(checkpoint, direction, gate, temperature);
  }

  /** Of the images of both. */
  PullbackCosineRow plus(PullbackCosineRow other) {
    Moments all =
        MeanAt.moments(images, mean, std).plus(MeanAt.moments(other.images, other.mean, other.std));
    return new PullbackCosineRow(
        checkpoint,
        direction,
        gate,
        temperature,
        images + other.images,
        MeanAt.mean(all),
        MeanAt.deviation(all));
  }

  /** The mean at the checkpoint. */
  MeanAt meanAt() {
    return new MeanAt(checkpoint, mean, std);
  }
}
