package curtain.jobs.stability;

import curtain.figures.HeatMap;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Counted;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportBlock.Choice.Options;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The section of a training run's gates, with the charts of {@link StabilityFigures}. */
public final class StabilityReport implements ReportSection {
  @Override
  public String command() {
    return "stability";
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    StabilityCharts charts = StabilityCharts.read(input, room.labels(), room.conf());
    TrainingPages training = charts.training();
    List<ReportBlock> blocks = new ArrayList<>();
    blocks.add(
        new ReportBlock.Text(
            Counted.of(charts.results().checkpoints().size(), "checkpoint")
                + ", "
                + charts.results().countedImages()
                + "."));
    blocks.add(
        new ReportBlock.Heading(
            "Correlation of the logit with the one under another checkpoint\u2019s gates"));
    blocks.add(correlations(charts));
    blocks.add(
        new ReportBlock.Heading("Gates, paths and directions beside the last checkpoint\u2019s"));
    blocks.add(new ReportBlock.Heat(training.flips()));
    blocks.add(
        new ReportBlock.Lines(List.of(training.total(), training.paths(), training.cosine())));
    blocks.addAll(ReportBlock.Text.of(training.notes()));
    json.putBlocks(blocks);
    return List.of();
  }

  private static ReportBlock correlations(StabilityCharts charts) {
    List<Integer> targets = new ArrayList<>();
    targets.add(null);
    targets.addAll(charts.results().fixed());
    List<String> titles = new ArrayList<>();
    List<List<ReportBlock>> parts = new ArrayList<>();
    for (Integer target : targets) {
      titles.add(
          target == null ? "each image's label" : charts.correlations().classes().title(target));
      for (HeatMap map : charts.correlations().maps(target)) {
        List<ReportBlock> part = new ArrayList<>();
        part.addAll(ReportBlock.Text.of(charts.correlations().notes(target)));
        part.add(new ReportBlock.Heat(map));
        parts.add(part);
      }
    }
    List<String> gates = charts.results().gates().stream().map(charts.labels()::gates).toList();
    return new ReportBlock.Choice(
        List.of(new Options("Logit of", titles), new Options("Gates", gates)), parts);
  }
}
