package curtain.jobs.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.figures.Axis;
import curtain.figures.HeatMap;
import curtain.figures.IntervalChart;
import curtain.figures.LineChart;
import curtain.figures.Scale;
import curtain.figures.Side;
import curtain.figures.Tick;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Blocks as the page gets them. */
@Tag("fast")
class ReportBlockTest {
  private static JsonNode written(ReportBlock... blocks) throws IOException {
    StringWriter out = new StringWriter();
    ReportJson json = new ReportJson(out);
    json.begin();
    json.putBlocks(List.of(blocks));
    json.end();
    json.flush();
    return new ObjectMapper().readTree(out.toString()).get("blocks");
  }

  private static void assertAxis(Axis axis, int most, JsonNode told) {
    assertEquals(axis.title(), told.get("title").asText());
    assertEquals(axis.low(), told.get("low").asDouble());
    assertEquals(axis.high(), told.get("high").asDouble());
    assertEquals(axis.isLogarithmic(), told.get("logarithmic").asBoolean());
    List<Tick> ticks = new ArrayList<>();
    told.get("ticks")
        .forEach(
            tick -> ticks.add(new Tick(tick.get("value").asDouble(), tick.get("label").asText())));
    assertEquals(axis.ticks(most), ticks);
  }

  @Test
  void chartsAreTold() throws IOException {
    double[] x = {0, 1, 2};
    Axis across = Axis.names("layer", List.of("a", "b", "c"));
    Axis up = Axis.log("share", 1e-7, 1);
    LineChart.Line plain = LineChart.Line.of("plain", x, new double[] {0.25, Double.NaN, 0.1});
    LineChart.Line banded =
        LineChart.Line.banded("banded", x, plain.y(), new double[3], new double[3]).withGaps();
    Axis around = Axis.around("higher is better", -0.37, 0.92);
    IntervalChart.Point point = new IntervalChart.Point("p", 0.5, 0.25, Double.NaN, true, false, 3);
    JsonNode blocks =
        written(
            new ReportBlock.Lines(
                List.of(new LineChart("heading", across, up, List.of(plain, banded)))),
            new ReportBlock.Intervals(
                List.of(new IntervalChart("intervals", around, List.of(point)))));
    JsonNode lines = blocks.at("/0/charts/0");
    assertEquals("heading", lines.get("heading").asText());
    assertAxis(across, Integer.MAX_VALUE, lines.get("across"));
    assertAxis(up, 8, lines.get("up"));
    assertEquals("[0.25,\"NaN\",0.1]", lines.at("/lines/0/y").toString());
    assertEquals("[0.25,null,0.1]", lines.at("/lines/1/y").toString());
    assertTrue(lines.at("/lines/0/low").isNull());
    assertEquals("[0,0,0]", lines.at("/lines/1/low").toString());
    assertEquals("intervals", blocks.at("/1/kind").asText());
    assertAxis(around, 8, blocks.at("/1/charts/0/across"));
    assertEquals(
        "{\"name\":\"p\",\"value\":0.5,\"low\":0.25,\"high\":\"NaN\",\"open\":true,\"guide\":false,"
            + "\"colour\":3}",
        blocks.at("/1/charts/0/points/0").toString());
  }

  @Test
  void heatMapsAreTold() throws IOException {
    Side side = Side.groups("image", List.of("cat", "dog"), List.of(1, 2));
    Scale scale = Scale.sequential("share", 0, 1);
    double[][] values = {
      {1e-5, 0.1, 1}, {Double.NaN, Double.NEGATIVE_INFINITY, 0}, {0.5, 0.25, 1 / 3.0}
    };
    HeatMap plain =
        HeatMap.plain("h", side.naming(List.of("x", "y", "z")), side, values, scale, true)
            .marking(List.of(new HeatMap.Cell(2, 1)), "why");
    JsonNode heat = written(new ReportBlock.Heat(plain.withNumbers(2))).at("/0/map");
    assertEquals(
        "[[1.0E-5,0.1,1.0],[null,\"-Infinity\",0.0],[0.5,0.25,0.3333333333333333]]",
        heat.at("/values/numbers").toString());
    assertEquals("[3,3]", "[%s,%s]".formatted(heat.at("/values/rows"), heat.at("/values/columns")));
    JsonNode packed = written(new ReportBlock.Heat(plain)).at("/0/map/values");
    assertTrue(packed.get("cells").isTextual(), packed.toString());
    assertEquals("[\"x\",\"y\",\"z\"]", heat.at("/rows/cells").toString());
    assertEquals("{\"name\":\"dog\",\"from\":1,\"to\":3}", heat.at("/columns/bands/1").toString());
    assertEquals("[{\"row\":2,\"column\":1}]", heat.get("marked").toString());
    assertEquals("why", heat.get("marking").asText());
    assertEquals(256, heat.at("/scale/colours").size());
    assertEquals("#440154", heat.at("/scale/colours/0").asText());
    assertEquals("#fde725", heat.at("/scale/colours/255").asText());
    assertEquals(1, heat.at("/scale/high").asDouble());
  }

  @Test
  void choicesAndTablesAreTold() throws IOException {
    ReportBlock table =
        new ReportBlock.Table(
            "caption", List.of("a", "b"), List.of(Arrays.asList("x", null)), true);
    List<ReportBlock> text = ReportBlock.Text.of(List.of("One.", "Two."));
    assertEquals(List.of(), ReportBlock.Text.of(List.of()));
    JsonNode choice =
        written(
                new ReportBlock.Choice(
                    List.of(new ReportBlock.Choice.Options("which", List.of("1", "2"))),
                    List.of(List.of(table), text)))
            .get(0);
    assertEquals(
        "[{\"label\":\"which\",\"names\":[\"1\",\"2\"]}]", choice.get("options").toString());
    assertEquals("[[\"x\",null]]", choice.at("/parts/0/0/rows").toString());
    assertEquals("One. Two.", choice.at("/parts/1/0/text").asText());
  }
}
