package curtain.jobs.stability;

import curtain.jobs.tables.Col;
import curtain.statistics.Moments;

/** A row of path_space: correlations of active paths over images (spec 12). */
public record PathSpaceRow(
    @Col(doc = "file name of one checkpoint") String checkpointA,
    @Col(doc = "file name of the other") String checkpointB,
    @Col(doc = "gates of a: `hard`, or `--gate`") String gateA,
    @Col(doc = "gates of b: `hard`") String gateB,
    @Col(doc = "images, those without a correlation among them") long images,
    @Col(doc = "images whose correlation is null") long undefined,
    @Col(doc = "mean of the correlations; null where there is none") Double mean,
    @Col(doc = "their standard deviation, divisor n; null where there is none") Double std) {
  /** What correlations are of. */
  record Key(String checkpointA, String checkpointB, String gateA, String gateB) {}

  Key key() {
    return new Key(checkpointA, checkpointB, gateA, gateB);
  }

  /** Of the images of both. */
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

  /** The mean at checkpoint a. */
  MeanAt meanAt() {
    return new MeanAt(checkpointA, mean, std);
  }
}
