package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/**
 * A row of {@code activation_bits} (spec 12): which neurons of a layer were ever active, and which
 * were ever inactive.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bits, never compared
public record ActivationBitsRow(
    @Col(doc = "path, below the folder of all, of the checkpoint") String checkpoint,
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(
            doc = "one bit for each neuron, lowest first, in C, H, W order: 1 if ever active",
            large = true)
        byte[] everOn,
    @Col(doc = "one bit for each neuron, in the same order: 1 if ever inactive", large = true)
        byte[] everOff) {
  /** The checkpoint and layer of a row, by which rows merge. */
  record Key(String checkpoint, int layer) {}

  Key key() {
    return new Key(checkpoint, layer);
  }

  /** The row over the images of both; this row's arrays are changed in place and returned. */
  ActivationBitsRow plus(ActivationBitsRow other) {
    StabilityBits.or(everOn, other.everOn);
    StabilityBits.or(everOff, other.everOff);
    return this;
  }
}
