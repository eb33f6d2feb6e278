package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of {@code diagonal} (spec 12): K(x, x) of an image, in the form of {@link TileRow}. */
public record DiagonalRow(
    @Col(doc = "`product`, `layer_sum`, `pixel`, `feature`, `layer:N` or `paths`") String kernel,
    @Col(doc = "`row`, or `column` of a second set") String side,
    @Col(doc = "index of the image, from 0, among the decoded images of the side") Long position,
    @Col(doc = "ln K(x, x); null for kernels other than `product` and `paths`") Double logKernel,
    @Col(doc = "K(x, x); null for `product` and `paths`") Double value) {
  /** The row with this position. */
  DiagonalRow at(long place) {
    return new DiagonalRow(kernel, side, place, logKernel, value);
  }
}
