package curtain.jobs.stability;

import curtain.jobs.tables.Col;
import java.util.Arrays;

/** A row of activations: how often a layer's neurons are active (spec 12). */
@SuppressWarnings("ArrayRecordComponent") // a carrier of counts, never compared
public record ActivationsRow(
    @Col(doc = "file name of the checkpoint") String checkpoint,
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "(C, H, W) of the layer") int[] shape,
    @Col(doc = "images counted") long images,
    @Col(
            doc =
                "open gates over images: of each channel (C), summed over positions, or of each"
                    + " neuron (C H W)",
            large = true)
        long[] active,
    @Col(doc = "neurons that are never active") long dead,
    @Col(doc = "neurons that are always active") long alwaysOn) {
  /** What counts are of. */
  record Key(String checkpoint, int layer, String name) {}

  Key key() {
    return new Key(checkpoint, layer, name);
  }

  /** Of the images of both; its counts are added up in place, and the bits say what is dead. */
  ActivationsRow plus(ActivationsRow other) {
    Arrays.setAll(active, i -> active[i] + other.active[i]);
    return new ActivationsRow(
        checkpoint, layer, name, shape, images + other.images, active, dead, alwaysOn);
  }

  /** The same with what the bits say. */
  ActivationsRow with(ActivationBitsRow bits) {
    long neurons = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
    return new ActivationsRow(
        checkpoint,
        layer,
        name,
        shape,
        images,
        active,
        neurons - StabilityBits.ones(bits.everOn()),
        neurons - StabilityBits.ones(bits.everOff()));
  }
}
