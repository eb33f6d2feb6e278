package curtain.jobs.command;

import curtain.jobs.tables.Col;

/** A row of {@code calibration}: the pre-activations of a layer or of one of its channels. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record CalibrationRow(
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "channel, from 0; null for the whole layer") Integer channel,
    @Col(doc = "number of pre-activations, over images and positions") long count,
    @Col(doc = "their mean") double mean,
    @Col(doc = "their standard deviation, divisor n") double std,
    @Col(doc = "their quantiles of 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, (7)")
        double[] quantiles) {}
