package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of diagonal: K(x, x) of an image, as {@link TileRow} has K (spec 12). */
public record DiagonalRow(
    @Col(doc = "`product`, `layer_sum`, `pixel`, `feature`, `layer:N` or `paths`") String kernel,
    @Col(doc = "`row`, or `column` of a second set") String side,
    @Col(doc = "from 0 among the decoded images of the side") Long position,
    @Col(doc = "ln K(x, x); of `product` and `paths`, else null") Double logKernel,
    @Col(doc = "K(x, x); of the other kernels, else null") Double value) {
  /** The same at a position. */
  DiagonalRow at(long place) {
    return new DiagonalRow(kernel, side, place, logKernel, value);
  }
}
