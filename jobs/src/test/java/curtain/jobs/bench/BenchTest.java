package curtain.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import curtain.fixtures.Shared;
import curtain.gram.IntegerProducts;
import curtain.jobs.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What benchmarks print; not how fast it is. */
@Tag("engine")
class BenchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(String what, String... options) {
    String[] start = {
      "bench",
      what,
      "--model",
      "cifar_resnet20",
      "--weights",
      Shared.path(Shared.CIFAR_WEIGHTS).toString(),
      "--device",
      "cpu"
    };
    String[] all = new String[start.length + options.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(options, 0, all, start.length, options.length);
    return Main.run(new PrintWriter(out), new PrintWriter(err), all);
  }

  @Test
  void printsThePeersKeysAndMemoryInOneLine() {
    assertEquals(
        0, bench("pullbacks", "--batch-size", "4", "--targets", "2", "--repeat", "2", "--peer"));
    assertEquals(1, out.toString().lines().count());
    JsonObject figures = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertEquals(
        Set.of(
            "torch",
            "threads",
            "net",
            "batch",
            "images",
            "targets",
            "temperature",
            "forward_ms_per_image",
            "pullbacks_ms_per_image",
            "device",
            "peak_resident_mib",
            "peer_forward_ms_per_image",
            "peer_pullbacks_ms_per_image"),
        figures.keySet());
    assertEquals("cifar_resnet20", figures.get("net").getAsString());
    assertEquals(4, figures.get("batch").getAsInt());
    assertEquals("random", figures.get("images").getAsString());
    assertEquals(2, figures.get("targets").getAsInt());
    assertEquals(0.3, figures.get("temperature").getAsDouble());
    for (String time :
        List.of("forward_ms_per_image", "pullbacks_ms_per_image", "peer_pullbacks_ms_per_image")) {
      assertTrue(figures.get(time).getAsDouble() > 0, time);
    }
  }

  @Test
  void takesImagesAndATemperature() {
    String images = Shared.path(Shared.CIFAR_IMAGES).toString();
    assertEquals(
        0,
        bench(
            "pullbacks",
            "--images",
            images,
            "--temperature",
            "0.01",
            "--batch-size",
            "4",
            "--repeat",
            "1"));
    JsonObject figures = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertEquals(images, figures.get("images").getAsString());
    assertEquals(0.01, figures.get("temperature").getAsDouble());
    assertTrue(figures.get("pullbacks_ms_per_image").getAsDouble() > 0);
  }

  @Test
  void refusesImagesThatCannotBeUsed(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("a.png"), "no picture");
    assertEquals(1, bench("pullbacks", "--images", folder.toString()));
    String message = err.toString().strip();
    assertTrue(
        message.startsWith(
            "curtain: --images "
                + folder
                + ": none of the first 1 images can be used; the first: "),
        message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void refusesAPeerAtAnotherTemperature() {
    assertEquals(1, bench("pullbacks", "--peer", "--temperature", "1"));
    assertEquals(
        "curtain: --temperature 1.0: --peer computes at T = 0.3; give one of the two",
        err.toString().strip());
  }

  @Test
  void refusesMoreTargetsThanClasses() {
    assertEquals(1, bench("pullbacks", "--targets", "11"));
    assertEquals("curtain: --targets 11: the network has 10 classes", err.toString().strip());
  }

  @Test
  void printsStabilityBesideItsPasses() {
    assertEquals(0, bench("stability", "--batch-size", "3", "--checkpoints", "2", "--repeat", "1"));
    assertEquals(1, out.toString().lines().count());
    JsonObject figures = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertEquals(
        Set.of(
            "torch",
            "threads",
            "net",
            "batch",
            "checkpoints",
            "gates_from",
            "passes_ms_per_image",
            "stability_ms_per_image",
            "device",
            "peak_resident_mib"),
        figures.keySet());
    assertEquals(2, figures.get("gates_from").getAsInt());
    assertTrue(figures.get("passes_ms_per_image").getAsDouble() > 0);
    assertTrue(figures.get("stability_ms_per_image").getAsDouble() > 0);
  }

  @Test
  void printsTilesBesideBareProducts() {
    assertEquals(
        0,
        bench("gram", "--batch-size", "3", "--gate", "hard", "--block-size", "5", "--repeat", "1"));
    assertEquals(1, out.toString().lines().count());
    JsonObject figures = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertEquals(
        Set.of(
            "torch",
            "threads",
            "net",
            "batch",
            "block",
            "gate",
            "gates",
            "precision",
            "integer_products",
            "tile_gmacs",
            "product_gmacs",
            "fp32_gmacs",
            "gates_ms_per_image",
            "device",
            "peak_resident_mib"),
        figures.keySet());
    assertEquals(188_416, figures.get("gates").getAsLong());
    assertEquals("int8", figures.get("precision").getAsString());
    String integers = figures.get("integer_products").getAsString();
    assertTrue(
        Arrays.stream(IntegerProducts.values()).anyMatch(way -> way.toString().equals(integers)),
        integers);
    for (String speed : Set.of("tile_gmacs", "product_gmacs", "fp32_gmacs")) {
      assertTrue(figures.get(speed).getAsDouble() > 0, speed);
    }
  }

  @Test
  void plansFromRatesOfThreeKinds() {
    assertEquals(
        0, plan("--plan", "1000", "--keep", "top:2", "--devices", "2", "--rate", "read=5"));
    List<String> lines = out.toString().lines().toList();
    assertTrue(
        lines
            .get(0)
            .startsWith(
                "1,000 x 1,000 images, cifar_resnet20, 188,416 hard gates an image as int8; keep"
                    + " top:2; columns from pixels; 2 devices. 200 blocks of at most 5 rows,"),
        lines.get(0));
    List<String> rows = lines.stream().filter(line -> line.startsWith("| ")).toList();
    List<String> from =
        rows.stream().skip(1).limit(rows.size() - 2).map(row -> row.split(" \\| ", -1)[3]).toList();
    assertEquals("given, not measured", from.get(0), out.toString());
    assertTrue(from.get(1).matches("measured here, \\d+ threads, blocks of 5"), from.get(1));
    assertEquals(from.get(1), from.get(2));
    assertEquals("measured here, one thread", from.get(3));
    assertEquals("assumed, not measured", from.get(4));
    assertEquals("measured here, one thread", from.get(5));
    assertEquals(6, from.size());
    assertTrue(lines.get(lines.size() - 2).matches("\\d+\\.\\d+ hours\\. .*"), out.toString());
  }

  @Test
  void refusesRatesThatAPlanHasNoUseFor() {
    assertEquals(1, plan("--plan", "10", "--rate", "passes=0"));
    assertEquals(1, plan("--plan", "10", "--rate", "decode=9"));
    assertEquals(1, plan("--plan", "10", "--image-bytes", "9"));
    assertEquals(2, plan("--devices", "9"));
    assertEquals(2, plan("--plan", "10", "--rate", "speed=9"));
    List<String> lines = err.toString().lines().toList();
    assertEquals("curtain: --rate passes=0.0: a rate is a number above 0", lines.get(0));
    assertEquals(
        "curtain: --rate decode: nothing depends on it in this plan, but on read, write, passes,"
            + " products",
        lines.get(1));
    assertEquals(
        "curtain: --image-bytes has no part in a plan with --columns-from pixels", lines.get(2));
    assertTrue(lines.get(3).contains("--plan=N"), lines.get(3));
    assertTrue(lines.get(4).contains("--rate"), lines.get(4));
    assertEquals("", out.toString());
  }

  private int plan(String... options) {
    List<String> words = new ArrayList<>(List.of("--gate", "hard", "--batch-size", "3"));
    words.addAll(List.of("--block-size", "5", "--repeat", "1"));
    words.addAll(List.of(options));
    return bench("gram", words.toArray(String[]::new));
  }

  @Test
  void refusesMoreLendersThanCheckpoints() {
    assertEquals(1, bench("stability", "--gates-from", "5"));
    assertEquals("curtain: --gates-from 5: there are 4 checkpoints", err.toString().strip());
  }

  @Test
  void needsToKnowWhatToMeasure() {
    assertEquals(2, Main.run(new PrintWriter(out), new PrintWriter(err), "bench"));
    assertEquals(
        "curtain: say what to measure: pullbacks, stability, gram, all or growth (see curtain bench --help)",
        err.toString().strip());
  }

  @Test
  void printsTablesAndWritesThemIntoAPage(@TempDir Path folder) throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("page.md"),
            "before\n<!-- bench all -->\nold\n<!-- end of bench all -->\nbehind\n");
    assertEquals(0, all("--model", "cifar_resnet20", "--page", page.toString()), err.toString());
    List<String> lines = out.toString().lines().toList();
    assertTrue(
        lines.get(0).matches(".*1 thread, libtorch .*; curtain .*, 20\\d\\d-.*"), lines.get(0));
    assertTrue(lines.contains(PerformancePageTest.row(BenchAll.PULLBACKS)), out.toString());
    assertTrue(lines.contains(PerformancePageTest.row(BenchAll.STABILITY)), out.toString());
    String figure = "(?: [\\d.,]+ \\|)";
    assertEquals(
        1,
        lines.stream().filter(l -> l.matches("\\| cifar_resnet20 \\|" + figure + "{9}")).count());
    assertEquals(
        2, lines.stream().filter(l -> l.matches("\\| (?:4|11) \\|" + figure + "{3}")).count());
    assertEquals(
        "before\n<!-- bench all -->\n\n" + out + "<!-- end of bench all -->\nbehind\n",
        Files.readString(page));
  }

  @Test
  void printsWhatOtherBenchmarksDoAsJson() {
    assertEquals(0, all("--model", "demo_cnn", "--json"), err.toString());
    List<JsonObject> lines =
        out.toString().lines().map(l -> JsonParser.parseString(l).getAsJsonObject()).toList();
    assertEquals(
        List.of(1, 6), lines.stream().map(each -> each.get("targets").getAsInt()).toList());
    assertTrue(lines.get(0).has("peer_pullbacks_ms_per_image"), out.toString());
  }

  @Test
  void measuresTheRestWhereANetworkFails(@TempDir Path folder) throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.pth"), "no weights");
    assertEquals(1, all("--model", "demo_cnn", "--weights", wrong.toString()));
    assertTrue(out.toString().contains("\n| demo_cnn |" + " – |".repeat(9) + "\n"), out.toString());
    List<String> failures =
        err.toString()
            .lines()
            .filter(l -> l.matches(".*--peer(?: --targets 6)?: .*wrong\\.pth.*"))
            .toList();
    assertEquals(2, failures.size(), err.toString());
    assertTrue(failures.get(0).startsWith("curtain bench all: bench pullbacks --model demo_cnn "));
  }

  private int all(String... options) {
    List<String> words =
        new ArrayList<>(
            List.of("bench", "all", "--batch-size", "2", "--repeat", "1", "--threads", "1"));
    words.addAll(List.of("--device", "cpu"));
    words.addAll(List.of(options));
    return Main.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
  }

  @Test
  void refusesWeightsOfManyNetworks() {
    assertEquals(2, all("--weights", "some.pth"));
    assertEquals(
        "curtain: --weights is of one network; say of which by --model (see curtain bench all"
            + " --help)",
        err.toString().strip());
  }

  @Test
  void refusesAPageWithoutAPlace(@TempDir Path folder) throws IOException {
    Path page = Files.writeString(folder.resolve("page.md"), "nothing\n");
    assertEquals(1, all("--page", page.toString()));
    assertEquals(
        "curtain: "
            + page
            + " has no line <!-- bench all -->; add it where the table is to begin or end",
        err.toString().strip());
  }

  @Test
  void printsTimeAndMemoryOfEachSize() {
    assumeTrue(Shared.full(), "skipped: takes a minute or two; -Dcurtain.full=true runs it");
    String[] words =
        "bench growth --of images --most 1000 --json --threads 1 --quiet".split(" ", -1);
    assertEquals(0, Main.run(new PrintWriter(out), new PrintWriter(err), words), err.toString());
    assertEquals("", err.toString());
    List<JsonObject> lines =
        out.toString().lines().map(l -> JsonParser.parseString(l).getAsJsonObject()).toList();
    assertEquals(4, lines.size());
    assertEquals(
        List.of(100, 300, 1000),
        lines.subList(0, 3).stream().map(each -> each.get("size").getAsInt()).toList());
    for (JsonObject each : lines.subList(0, 3)) {
      assertEquals("images", each.get("grows").getAsString());
      assertTrue(each.get("seconds").getAsDouble() > 0);
      assertTrue(each.get("peak_resident_mib").getAsDouble() > 100);
    }
    assertEquals(3, lines.get(3).get("sizes").getAsInt());
    assertTrue(lines.get(3).get("time_exponent").isJsonNull()); // of three sizes
  }

  @Test
  void refusesToGrowToTooFew() {
    String[] words = {"bench", "growth", "--most", "999"};
    assertEquals(2, Main.run(new PrintWriter(out), new PrintWriter(err), words));
    assertEquals(
        "curtain: --most 999: it is from 1000 to 10000000 (see curtain bench growth --help)",
        err.toString().strip());
  }
}
