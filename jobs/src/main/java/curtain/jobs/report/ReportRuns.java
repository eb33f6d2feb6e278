package curtain.jobs.report;

import curtain.engine.Machine;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Provenance;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.ReportJson;
import curtain.jobs.tables.ErrorRow;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;

/** What made an output, and the images that it could not use. */
final class ReportRuns {
  /** So many errors of a run are shown. */
  static final int ERRORS = 50;

  private ReportRuns() {}

  /** Writes a run as an element of an array. Returns what could not be shown, a sentence. */
  static List<String> write(FinishedOutput input, Configuration conf, ReportJson json)
      throws IOException {
    Provenance made = input.provenance();
    json.begin();
    json.put("input", input.given());
    json.put("command", made.command());
    json.put("commandLine", made.commandLine());
    json.put("version", made.version());
    json.put("commit", made.commit());
    json.put("start", made.start());
    json.put("end", made.end());
    Long seconds = seconds(made);
    json.put("seconds", seconds);
    // Of a run that was interrupted the pause is in it.
    json.put(
        "rate",
        seconds == null || seconds == 0 || made.resumed()
            ? null
            : (double) made.results() / seconds);
    json.put("resumed", made.resumed());
    json.put("precision", made.precision());
    json.put("device", made.device());
    json.put("results", made.results());
    json.put("errors", made.errors());
    json.putAll("settings", made.settings());
    json.putAll("libraries", made.libraries());
    json.putAll("machines", made.machines().stream().map(Machine::toString).toList());
    json.putAll("rows", made.rows());
    List<String> notShown = errors(input, conf, json);
    json.putAll("notShown", notShown);
    json.end();
    return notShown;
  }

  private static Long seconds(Provenance made) {
    if (made.start() == null || made.end() == null) {
      return null;
    }
    try {
      return Duration.between(Instant.parse(made.start()), Instant.parse(made.end())).toSeconds();
    } catch (DateTimeException e) {
      return null; // another program's
    }
  }

  private static List<String> errors(FinishedOutput input, Configuration conf, ReportJson json)
      throws IOException {
    List<ErrorRow> shown = new ArrayList<>();
    List<String> notShown = List.of();
    if (input.provenance().errors() > 0) {
      try {
        read(input, conf, shown);
      } catch (IOException | RunException | RuntimeException e) {
        notShown = List.of(NotShown.all(input.given(), "its errors", NotShown.why(e)));
      }
    }
    json.beginArray("errorRows");
    for (ErrorRow row : shown) {
      json.begin();
      json.put("image", row.imageId());
      json.put("reason", row.reason());
      json.end();
    }
    json.endArray();
    return notShown;
  }

  private static void read(FinishedOutput input, Configuration conf, List<ErrorRow> shown)
      throws IOException, RunException {
    for (Path part : input.parts(Table.ERRORS.name())) {
      try (TableReader<ErrorRow> rows =
          TableReader.open(Table.ERRORS, part, FilterCompat.NOOP, conf)) {
        while (shown.size() < ERRORS) {
          ErrorRow row = rows.read();
          if (row == null) {
            break;
          }
          shown.add(row);
        }
      }
    }
  }
}
