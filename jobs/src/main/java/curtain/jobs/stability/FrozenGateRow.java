package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/**
 * A row of {@code frozen_gates} (spec 12): a logit of an image with the weights of one checkpoint
 * and the gates of another.
 */
public record FrozenGateRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "path, below the folder of all, of the checkpoint whose weights are used")
        String weightsFrom,
    @Col(doc = "path, below the folder of all, of the checkpoint whose gates are used")
        String gatesFrom,
    @Col(doc = "`hard`, or `--gate`") String gate,
    @Col(doc = "the class whose logit it is") int target,
    @Col(doc = "the logit with the gates that these weights give") double value,
    @Col(doc = "the logit with the frozen gates and selections of `gates_from`")
        double frozenValue) {
  /** The row with its ordinal raised by {@code shift}, for an image set behind another. */
  FrozenGateRow shifted(long shift) {
    return new FrozenGateRow(
        imageId, ordinal + shift, weightsFrom, gatesFrom, gate, target, value, frozenValue);
  }
}
