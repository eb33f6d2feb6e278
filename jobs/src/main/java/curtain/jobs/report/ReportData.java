package curtain.jobs.report;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.NotShown;
import curtain.jobs.show.PageTooLarge;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.task.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of a page: what was run, and a section for each output. A section is written aside, and
 * joins the page when it is whole; where an output cannot be shown a sentence is in its place.
 * Memory: one section, which is not larger than a page.
 */
final class ReportData {
  /** An output, and how it is shown. */
  record Part(ReportSection section, FinishedOutput input) {}

  private final List<Part> parts;
  private final ReportRoom room;
  private final String reduced;
  private final List<String> warnings = new ArrayList<>();

  /**
   * Of some outputs.
   *
   * @param room what each section may take
   * @param reduced what was left out for the size of the page, a sentence; null for nothing
   */
  ReportData(List<Part> parts, ReportRoom room, String reduced) {
    this.parts = parts;
    this.room = room;
    this.reduced = reduced;
  }

  /** What could not be shown, and why, known when all is written: a sentence each. */
  List<String> warnings() {
    return warnings;
  }

  /**
   * Writes the data.
   *
   * @throws PageTooLarge where a section alone is
   */
  void write(Writer page, Progress progress) throws IOException {
    ReportJson json = new ReportJson(page);
    json.begin();
    json.put("reduced", reduced);
    json.beginArray("runs");
    for (Part part : parts) {
      warnings.addAll(ReportRuns.write(part.input, room.conf(), json));
    }
    json.endArray();
    json.beginArray("sections");
    for (int i = 0; i < parts.size(); i++) {
      progress.show(i, 0, i, parts.size());
      section(parts.get(i), json);
    }
    json.endArray();
    json.end();
    json.flush();
  }

  private void section(Part part, ReportJson page) throws IOException {
    ByteArrayOutputStream aside = new ByteArrayOutputStream();
    List<String> notShown;
    String failed = null;
    try (Writer out =
        new OutputStreamWriter(
            new PageTooLarge.Limited(aside, PageTooLarge.MOST_BYTES), StandardCharsets.US_ASCII)) {
      ReportJson json = new ReportJson(out);
      json.begin();
      json.put("kind", part.section.command());
      json.put("input", part.input.given());
      notShown = part.section.write(part.input, room, json);
      json.putAll("notShown", notShown);
      json.end();
      json.flush();
    } catch (PageTooLarge e) {
      throw e;
    } catch (IOException | RunException | RuntimeException e) {
      failed = NotShown.all(part.input.given(), "its content", NotShown.why(e));
      notShown = List.of(failed);
    }
    if (failed == null) {
      page.addWritten(aside.toString(StandardCharsets.US_ASCII));
    } else {
      page.begin();
      page.put("kind", part.section.command());
      page.put("input", part.input.given());
      page.put("failed", failed);
      page.end();
    }
    warnings.addAll(notShown);
  }
}
