package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/** A row of frozen_gates: an image's logit under another checkpoint's gates (spec 12). */
public record FrozenGateRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "file name of the checkpoint whose weights are used") String weightsFrom,
    @Col(doc = "file name of the checkpoint whose gates are used") String gatesFrom,
    @Col(doc = "`hard`, or `--gate`") String gate,
    @Col(doc = "the class whose logit it is") int target,
    @Col(doc = "the logit of the weights' own network") double value,
    @Col(doc = "the logit under the other's gates") double frozenValue) {
  /** The same in a set where so many images come before. */
  FrozenGateRow shifted(long shift) {
    return new FrozenGateRow(
        imageId, ordinal + shift, weightsFrom, gatesFrom, gate, target, value, frozenValue);
  }
}
