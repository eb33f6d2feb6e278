package curtain.jobs.stability;

import curtain.jobs.tables.Col;
import curtain.statistics.Moments;

/**
 * A row of {@code pullback_cosine} (spec 12): the cosine of a checkpoint's direction with that of
 * the last checkpoint, over images.
 */
public record PullbackCosineRow(
    @Col(doc = "path, below the folder of all, of the checkpoint") String checkpoint,
    @Col(doc = "`pullback` or `gradient`, of the label's logit") String direction,
    @Col(doc = "`--gate`; `hard` for the gradient") String gate,
    @Col(doc = "T, absolute; null for the gradient") Double temperature,
    @Col(doc = "number of images whose cosine is defined") long images,
    @Col(doc = "mean of the cosines; null where there is none") Double mean,
    @Col(doc = "their standard deviation, divisor n; null where there is none") Double std) {
  /** The checkpoint and direction of a row, by which rows merge. */
  record Key(String checkpoint, String direction, String gate, Double temperature) {}

  Key key() {
    return new Key(checkpoint, direction, gate, temperature);
  }

  /** The row over the images of both. */
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

  /** Mean and standard deviation, at the checkpoint. */
  MeanAt meanAt() {
    return new MeanAt(checkpoint, mean, std);
  }
}
