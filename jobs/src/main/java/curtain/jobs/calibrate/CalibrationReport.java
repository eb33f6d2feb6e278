package curtain.jobs.calibrate;

import curtain.jobs.command.CalibrationTables;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** How the pre-activations of each layer are distributed. */
public final class CalibrationReport implements ReportSection {
  @Override
  public String command() {
    return "calibrate";
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    json.put("images", input.provenance().results());
    json.putAll("shares", CalibrationTables.SHARES);
    json.beginArray("layers");
    for (Path part : input.parts(CalibrationTables.CALIBRATION.name())) {
      TableReader.forEach(
          CalibrationTables.CALIBRATION,
          part,
          room.conf(),
          row -> {
            if (row.channel() == null) { // the whole layer
              json.begin();
              json.put("layer", row.name());
              json.put("mean", row.mean());
              json.put("std", row.std());
              List<Double> quantiles = Arrays.stream(row.quantiles()).boxed().toList();
              json.putAll("quantiles", quantiles);
              json.end();
            }
          });
    }
    json.endArray();
    return List.of();
  }
}
