package curtain.jobs.demo;

import curtain.figures.Axis;
import curtain.figures.LineChart;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/** The section of the demo's training: loss and accuracy at every checkpoint. */
public final class TrainingReport implements ReportSection {
  @Override
  public String command() {
    return "demo train";
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException {
    Path file = new Path(input.root(), DemoTrain.CSV);
    DoubleStream.Builder steps = DoubleStream.builder();
    DoubleStream.Builder losses = DoubleStream.builder();
    DoubleStream.Builder accuracies = DoubleStream.builder();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                file.getFileSystem(room.conf()).open(file), StandardCharsets.UTF_8))) {
      lines.readLine(); // the columns' names
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] values = line.split(",", -1);
        try {
          steps.add((double) Long.parseLong(values[0]));
          losses.add(values[1].isEmpty() ? Double.NaN : Double.parseDouble(values[1]));
          accuracies.add(Double.parseDouble(values[2]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
          throw new IOException(file + " is damaged: it has the line " + line, e);
        }
      }
    }
    json.putBlocks(
        blocks(steps.build().toArray(), losses.build().toArray(), accuracies.build().toArray()));
    return List.of();
  }

  private static List<ReportBlock> blocks(double[] steps, double[] losses, double[] accuracies) {
    if (steps.length == 0) {
      return List.of(new ReportBlock.Text("No checkpoint was written."));
    }
    int last = steps.length - 1;
    Axis across = Axis.covering("step", Arrays.stream(steps));
    // The first checkpoint is before all training, and has no loss.
    int[] with = IntStream.range(0, steps.length).filter(i -> !Double.isNaN(losses[i])).toArray();
    double[] loss = Arrays.stream(with).mapToDouble(i -> losses[i]).toArray();
    double[] at = Arrays.stream(with).mapToDouble(i -> steps[i]).toArray();
    return List.of(
        new ReportBlock.Text(
            String.format(
                Locale.ROOT,
                "After %,.0f steps %.1f %% of the held-out images are classified correctly.",
                steps[last],
                100 * accuracies[last])),
        new ReportBlock.Lines(
            List.of(
                new LineChart(
                    "Accuracy on the held-out images",
                    across,
                    Axis.linear("accuracy", 0, 1),
                    List.of(LineChart.Line.of("", steps, accuracies))),
                new LineChart(
                    "Mean loss since the checkpoint before",
                    across,
                    Axis.covering(
                        "loss", DoubleStream.concat(DoubleStream.of(0), Arrays.stream(loss))),
                    List.of(LineChart.Line.of("", at, loss))))));
  }
}
