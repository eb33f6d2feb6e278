package curtain.jobs.gram;

import curtain.jobs.tables.Col;

/** A row of {@code members} (spec 12): an image of a Gram matrix. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record MemberRow(
    @Col(doc = "`row`, or `column` of a second set") String side,
    @Col(doc = "index of the image, from 0, among the decoded images of the side") Long position,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "the image") String imageId,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "logits of the network, (classes)", large = true) float[] logits,
    @Col(doc = "penultimate features, (features)", large = true) float[] feature) {
  /** The row with this position. */
  MemberRow at(long place) {
    return new MemberRow(side, place, ordinal, imageId, label, logits, feature);
  }
}
