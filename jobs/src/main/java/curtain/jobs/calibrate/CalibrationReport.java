package curtain.jobs.calibrate;

import curtain.figures.Axis;
import curtain.figures.LineChart;
import curtain.jobs.command.CalibrationRow;
import curtain.jobs.command.CalibrationTables;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Counted;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.fs.Path;

/** The section of the pre-activations of each layer: their quantiles and standard deviations. */
public final class CalibrationReport implements ReportSection {
  @Override
  public String command() {
    return CalibrationTables.COMMAND;
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException {
    List<CalibrationRow> layers = new ArrayList<>();
    for (Path part : input.parts(CalibrationTables.CALIBRATION.name())) {
      TableReader.forEach(
          CalibrationTables.CALIBRATION,
          part,
          room.conf(),
          row -> {
            if (row.channel() == null) { // the whole layer
              layers.add(row);
            }
          });
    }
    String images = Counted.of(input.provenance().results(), "image");
    json.putBlocks(
        layers.isEmpty()
            ? List.of(new ReportBlock.Text("No layer was measured: no image could be used."))
            : List.of(
                new ReportBlock.Text("Pre-activations of " + images + "."),
                new ReportBlock.Lines(List.of(quantiles(layers))),
                table(layers)));
    return List.of();
  }

  private static LineChart quantiles(List<CalibrationRow> layers) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (int i = 0; i < CalibrationTables.SHARES.size(); i++) {
      int at = i;
      lines.add(line(quantile(i), layers, layer -> layer.quantiles()[at]));
    }
    lines.add(line("standard deviation", layers, CalibrationRow::std));
    return new LineChart(
        "Quantiles of the pre-activations, by layer",
        Axis.names("layer", layers.stream().map(CalibrationRow::name).toList()),
        Axis.covering(
            "pre-activation", lines.stream().flatMapToDouble(line -> Arrays.stream(line.y()))),
        lines);
  }

  private static LineChart.Line line(
      String name, List<CalibrationRow> layers, ToDoubleFunction<CalibrationRow> of) {
    double[] x = new double[layers.size()];
    Arrays.setAll(x, i -> i);
    return LineChart.Line.of(name, x, layers.stream().mapToDouble(of).toArray());
  }

  private static String quantile(int at) {
    return "quantile " + CalibrationTables.SHARES.get(at);
  }

  private static ReportBlock table(List<CalibrationRow> layers) {
    List<String> heads = new ArrayList<>(List.of("layer", "mean", "standard deviation"));
    for (int i = 0; i < CalibrationTables.SHARES.size(); i++) {
      heads.add(quantile(i));
    }
    List<List<Object>> rows = new ArrayList<>();
    for (CalibrationRow layer : layers) {
      List<Object> row = new ArrayList<>(List.of(layer.name(), layer.mean(), layer.std()));
      Arrays.stream(layer.quantiles()).forEach(row::add);
      rows.add(row);
    }
    return new ReportBlock.Table("Pre-activations by layer", heads, rows, true);
  }
}
