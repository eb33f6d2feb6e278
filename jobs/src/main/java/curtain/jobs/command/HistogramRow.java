package curtain.jobs.command;

import curtain.jobs.tables.Col;

/** A row of {@code histograms}: the histogram of a layer's pre-activations. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record HistogramRow(
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(
            doc =
                "edges of the bins, ascending from the quantile of 0.001 to that of 0.999, (bins + 1)")
        double[] edges,
    @Col(doc = "share of all pre-activations in each bin, (bins)") double[] shares) {}
