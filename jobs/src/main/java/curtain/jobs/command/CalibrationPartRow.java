package curtain.jobs.command;

import curtain.calibration.Distribution;
import curtain.jobs.tables.Col;
import curtain.statistics.Moments;
import curtain.statistics.QuantileSketch;

/** A channel's distribution over one shard, until all shards are merged. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
public record CalibrationPartRow(
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "channel, from 0") int channel,
    @Col(doc = "number of pre-activations, over images and positions") long count,
    @Col(doc = "their mean") double mean,
    @Col(doc = "sum of their squared distances to the mean") double squares,
    @Col(doc = "serialized quantile sketch", large = true) byte[] sketch) {
  /** The distribution that {@link CalibrationTables#part} wrote. */
  public Distribution distribution() {
    return new Distribution(new Moments(count, mean, squares), QuantileSketch.of(sketch));
  }
}
