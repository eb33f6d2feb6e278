package curtain.jobs.stability;

import curtain.jobs.tables.Col;

/** A row of activation_bits: which neurons ever were on and off (spec 12). */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bits, never compared
public record ActivationBitsRow(
    @Col(doc = "file name of the checkpoint") String checkpoint,
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(
            doc = "one bit a neuron, lowest first, in C, H, W order: active for an image",
            large = true)
        byte[] everOn,
    @Col(doc = "the same: inactive for an image", large = true) byte[] everOff) {
  /** What bits are of. */
  record Key(String checkpoint, int layer) {}

  Key key() {
    return new Key(checkpoint, layer);
  }

  /** Of the images of both; its own bits are set in place. */
  ActivationBitsRow plus(ActivationBitsRow other) {
    StabilityBits.or(everOn, other.everOn);
    StabilityBits.or(everOff, other.everOff);
    return this;
  }
}
