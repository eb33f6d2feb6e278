package curtain.jobs.measures;

import curtain.figures.Type;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.tables.TableReader;
import curtain.measures.Measure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Means of every measure and direction, and the differences to the gradient, with intervals. */
public final class MeasuresReport implements ReportSection {
  @Override
  public String command() {
    return Measures.NAME;
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    List<MeasureSummaryRow> rows = new ArrayList<>();
    for (Path part : input.parts(MeasureRows.SUMMARY.name())) {
      TableReader.forEach(MeasureRows.SUMMARY, part, room.conf(), rows::add);
    }
    json.put("images", input.provenance().results());
    json.beginArray("measures");
    for (String name : new MeasuresPage(Type.ofSize(1), "", rows).measures()) {
      json.begin();
      json.put("name", name);
      json.put("higher", Measure.of(name).higherIsBetter());
      json.beginArray("rows");
      for (MeasureSummaryRow row : rows) {
        if (row.measure().equals(name)) {
          row(row, json);
        }
      }
      json.endArray();
      json.end();
    }
    json.endArray();
    return List.of();
  }

  private static void row(MeasureSummaryRow row, ReportJson json) throws IOException {
    json.begin();
    json.put("direction", MeasuresPage.direction(row));
    json.put("gradient", row.measured().isGradient());
    json.put("images", row.images());
    json.put("mean", row.mean());
    json.put("error", row.standardError());
    json.put("difference", row.difference());
    json.put("low", row.differenceLow());
    json.put("high", row.differenceHigh());
    json.end();
  }
}
