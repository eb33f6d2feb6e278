package curtain.jobs.stability;

import curtain.jobs.tables.Col;
import java.util.Arrays;

/** A row of {@code activations} (spec 12): how often the neurons of a layer are active. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of counts, never compared
public record ActivationsRow(
    @Col(doc = "path, below the folder of all, of the checkpoint") String checkpoint,
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "shape of the layer, (C, H, W)") int[] shape,
    @Col(doc = "number of images") long images,
    @Col(
            doc =
                "number of open gates over all images: for each channel, summed over positions,"
                    + " (C); or for each neuron, (C H W)",
            large = true)
        long[] active,
    @Col(doc = "number of neurons that are never active") long dead,
    @Col(doc = "number of neurons that are always active") long alwaysOn) {
  /** The checkpoint and layer of a row, by which rows merge. */
  record Key(String checkpoint, int layer, String name) {}

  Key key() {
    return new Key(checkpoint, layer, name);
  }

  /**
   * The row over the images of both; this row's array is changed in place. {@code dead} and {@code
   * alwaysOn} do not add up: {@link #with} sets them.
   */
  ActivationsRow plus(ActivationsRow other) {
    Arrays.setAll(active, i -> active[i] + other.active[i]);
    return new ActivationsRow(
        checkpoint, layer, name, shape, images + other.images, active, dead, alwaysOn);
  }

  /** The row with {@code dead} and {@code alwaysOn} counted from merged bits. */
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
