package curtain.jobs.stability;

import curtain.jobs.tables.Col;
import curtain.statistics.Moments;

/**
 * A row of {@code path_space} (spec 12): the correlation over paths of the gates of two
 * checkpoints, as mean and standard deviation over images.
 */
public record PathSpaceRow(
    @Col(doc = "path, below the folder of all, of checkpoint a") String checkpointA,
    @Col(doc = "path, below the folder of all, of checkpoint b") String checkpointB,
    @Col(doc = "gates of a: `hard`, or `--gate`") String gateA,
    @Col(doc = "gates of b: `hard`") String gateB,
    @Col(doc = "number of images, including those without a correlation") long images,
    @Col(doc = "number of images whose correlation is null") long undefined,
    @Col(doc = "mean of the correlations; null where there is none") Double mean,
    @Col(doc = "their standard deviation, divisor n; null where there is none") Double std) {
  /** The checkpoints and gates of a row, by which rows merge. */
  record Key(String checkpointA, String checkpointB, String gateA, String gateB) {}

  Key key() {
    return new Key(checkpointA, checkpointB, gateA, gateB);
  }

  /** The row over the images of both. */
  PathSpaceRow plus(PathSpaceRow other) {
    Moments all = moments().plus(other.moments());
    return new PathSpaceRow(
        checkpointA,
        checkpointB,
        gateA,
        gateB,
        images + other.images,
        undefined + other.undefined,
        MeanAt.mean(all),
        MeanAt.deviation(all));
  }

  private Moments moments() {
    return MeanAt.moments(images - undefined, mean, std);
  }

  /** Mean and standard deviation, at checkpoint a. */
  MeanAt meanAt() {
    return new MeanAt(checkpointA, mean, std);
  }
}
