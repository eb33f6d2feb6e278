package curtain.jobs.pullbacks;

import curtain.jobs.tables.Col;

/**
 * A row of {@code decisions} (spec 12): the signs of a ReLU call's pre-activations, or the elements
 * that a max-pool selects.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
public record DecisionRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "index of the call, from 0; ReLU calls and max-pools are counted separately")
        int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "`relu` or `pool`") String kind,
    @Col(doc = "(C, H, W) of the layer's output") int[] shape,
    @Col(
            doc =
                "`relu`: one bit for each gate, 1 where z > 0, lowest bit first, in C, H, W order;"
                    + " `pool`: the selected index h W + w of each output, little-endian int32",
            large = true)
        byte[] data) {}
