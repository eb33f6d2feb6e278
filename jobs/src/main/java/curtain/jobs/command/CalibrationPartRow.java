package curtain.jobs.command;

import curtain.calibration.Distribution;
import curtain.jobs.tables.Col;
import curtain.statistics.Moments;
import curtain.statistics.QuantileSketch;

/** A channel of a shard, until all are merged: what merges without loss, and the sketch. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
public record CalibrationPartRow(
    @Col(doc = "ReLU call, from 0 in the order of the network") int layer,
    @Col(doc = "the call's name in the network") String name,
    @Col(doc = "from 0") int channel,
    @Col(doc = "numbers, over images and positions") long count,
    @Col(doc = "mean of them") double mean,
    @Col(doc = "sum of squared distances to the mean") double squares,
    @Col(doc = "a quantile sketch's bytes", large = true) byte[] sketch) {
  /** What {@link CalibrationTables#part} wrote. */
  public Distribution distribution() {
    return new Distribution(new Moments(count, mean, squares), QuantileSketch.of(sketch));
  }
}
