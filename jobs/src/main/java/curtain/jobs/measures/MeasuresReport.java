package curtain.jobs.measures;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.util.List;

/** The section of measures, with the charts of {@link MeasuresFigures}. */
public final class MeasuresReport implements ReportSection {
  @Override
  public String command() {
    return Measures.NAME;
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    MeasuresPage page = MeasuresPage.read(input, room.conf());
    json.putBlocks(
        page.rows().isEmpty()
            ? List.of(new ReportBlock.Text("No measure was taken: no image could be used."))
            : List.of(
                new ReportBlock.Text(page.title() + ". " + MeasuresPage.MEANING),
                new ReportBlock.Intervals(page.charts()),
                page.table()));
    return List.of();
  }
}
