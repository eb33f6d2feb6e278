package curtain.jobs.pullbacks;

import curtain.jobs.tables.Col;

/** A row of decisions: signs of a ReLU call, or what a max-pool chose (spec 12). */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
public record DecisionRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "ReLU calls and max-pools counted apart, from 0") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "`relu` or `pool`") String kind,
    @Col(doc = "(C, H, W) of the layer's output") int[] shape,
    @Col(
            doc =
                "of `relu` one bit a gate, lowest first, in C, H, W order; of `pool` little-endian"
                    + " int32 h W + w",
            large = true)
        byte[] data) {}
