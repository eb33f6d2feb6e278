package curtain.jobs.calibrate;

import curtain.calibration.Distribution;
import curtain.jobs.command.CalibrationTables;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Merges the distributions of shards, in their order. Each layer gets a row of its own, the merge
 * of its channels, before the rows of the channels; and a histogram. The sketches of all channels
 * are in memory at once.
 */
record CalibrationReduction() implements Reduction {
  /** The name of a layer, and the distributions of its channels by index. */
  private record Layer(String name, Map<Integer, Distribution> channels) {}

  @Override
  public List<Table<?>> tables() {
    return List.of(CalibrationTables.CALIBRATION, CalibrationTables.HISTOGRAMS);
  }

  @Override
  public void reduce(Parts parts, Rows rows) throws IOException {
    Map<Integer, Layer> layers = new TreeMap<>();
    parts.forEach(
        CalibrationTables.PARTS,
        row ->
            layers
                .computeIfAbsent(row.layer(), l -> new Layer(row.name(), new TreeMap<>()))
                .channels()
                .merge(row.channel(), row.distribution(), Distribution::plus));
    for (Map.Entry<Integer, Layer> entry : layers.entrySet()) {
      Layer layer = entry.getValue();
      Distribution whole =
          layer.channels().values().stream().reduce(Distribution.NONE, Distribution::plus);
      CalibrationTables.write(rows, entry.getKey(), layer.name(), null, whole);
      CalibrationTables.histogram(rows, entry.getKey(), layer.name(), whole.sketch());
      for (Map.Entry<Integer, Distribution> channel : layer.channels().entrySet()) {
        CalibrationTables.write(
            rows, entry.getKey(), layer.name(), channel.getKey(), channel.getValue());
      }
    }
  }
}
