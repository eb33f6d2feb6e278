package curtain.jobs.demo;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** How the demo's network learned: loss and accuracy at every checkpoint. */
public final class TrainingReport implements ReportSection {
  @Override
  public String command() {
    return "demo train";
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException {
    Path file = new Path(input.root(), DemoTrain.CSV);
    json.beginArray("checkpoints");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                file.getFileSystem(room.conf()).open(file), StandardCharsets.UTF_8))) {
      lines.readLine(); // the columns' names
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] values = line.split(",", -1);
        try {
          json.begin();
          json.put("step", Long.valueOf(values[0]));
          json.put("loss", values[1].isEmpty() ? null : Double.valueOf(values[1]));
          json.put("accuracy", Double.valueOf(values[2]));
          json.end();
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
          throw new IOException(file + " is damaged: it has the line " + line, e);
        }
      }
    }
    json.endArray();
    return List.of();
  }
}
