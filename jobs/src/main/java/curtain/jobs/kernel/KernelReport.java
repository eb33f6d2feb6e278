package curtain.jobs.kernel;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Layout;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * Spectra, and the scores of {@code kernel.json}: how well neighbours' votes name the class. Some
 * images beside their nearest neighbours.
 */
public final class KernelReport implements ReportSection {
  @Override
  public String command() {
    return "kernel";
  }

  @Override
  public boolean hasPictures() {
    return true;
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    KernelResults results = KernelResults.read(input, room.conf());
    json.put("gram", Layout.display(new Path(input.setting("input"))));
    json.beginArray("spectra");
    for (Map.Entry<String, double[]> each : results.spectra().entrySet()) {
      json.begin();
      json.put("kernel", each.getKey());
      json.putAll("values", each.getValue());
      json.end();
    }
    json.endArray();
    json.beginArray("scores");
    for (Map.Entry<String, Map<String, Double>> each : results.scores().entrySet()) {
      json.begin();
      json.put("kernel", each.getKey());
      json.putAll("values", each.getValue());
      json.end();
    }
    json.endArray();
    ReportNeighbours neighbours;
    try {
      neighbours = ReportNeighbours.read(input, room);
    } catch (IOException | RunException | RuntimeException e) {
      return List.of(NotShown.all(input.given(), "its neighbours", NotShown.why(e)));
    }
    neighbours.write(json);
    return neighbours.notShown();
  }
}
