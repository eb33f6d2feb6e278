package curtain.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.demo.DemoTraining;
import curtain.jobs.fixtures.Browser;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import curtain.jobs.kernel.KernelOutputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the demo's outputs and of images whose names would break one. */
@Tag("browser")
class ReportTest {
  /** A directory's name and a file's: together they end a script element. */
  private static final String HOSTILE =
      "a<!--\"'</script><img src=x onerror=\"window.hostile=1\">{{data}}.png";

  @TempDir static Path shared;
  @TempDir Path dir;

  private static Path demo;
  private static Path hostile;
  private static Path page;

  @BeforeAll
  static void run() throws IOException {
    SmallDemo ran = SmallDemo.get();
    assertEquals(0, ran.run().status(), ran.run().err());
    demo = ran.output();
    Path images = shared.resolve("images");
    Path image = images.resolve(HOSTILE);
    Files.createDirectories(image.getParent());
    Files.copy(demo.resolve("data/gallery/star/0000.png"), image);
    Files.writeString(images.resolve("<script>window.hostile=2<"), "no image");
    Files.createDirectories(images.resolve("plain"));
    Files.copy(demo.resolve("data/gallery/ring/0000.png"), images.resolve("plain/ring.png"));
    hostile = shared.resolve("hostile");
    Run run =
        Run.curtain(
            "pullbacks",
            "--images",
            images.toString(),
            "--labels",
            demo.resolve("data/classes.tsv").toString(),
            "--model",
            "demo_cnn",
            "--weights",
            demo.resolve("checkpoints").resolve(DemoTraining.name(SmallDemo.STEPS)).toString(),
            "--targets",
            "top:2",
            "--temperature",
            "0.3,1",
            "--with-gradient",
            "--output",
            hostile.toString(),
            "--quiet");
    assertEquals(0, run.status(), run.err());
    page = shared.resolve("page.html");
    Run report = report(page, all());
    assertEquals(0, report.status(), report.err());
    assertTrue(
        report.err().matches("curtain report: 9 outputs are in \\S+, [0-9.]+ MB \\(.*\\)\\R"),
        report.err());
  }

  private static List<Path> all() {
    List<Path> all =
        new ArrayList<>(
            Stream.of(
                    "checkpoints",
                    "calibration",
                    "gram",
                    "kernel",
                    "stability",
                    "measures",
                    "ascents",
                    "pullbacks")
                .map(demo::resolve)
                .toList());
    all.add(hostile);
    return all;
  }

  private static Run report(Path output, List<Path> inputs, String... more) {
    List<String> arguments = new ArrayList<>(List.of("report", "--output", output.toString()));
    inputs.forEach(input -> arguments.addAll(List.of("--input", input.toString())));
    arguments.addAll(Arrays.asList(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private static JsonNode data(Path page) throws IOException {
    String html = Files.readString(page);
    String begin = "<script id=\"data\" type=\"application/json\">";
    int from = html.indexOf(begin) + begin.length();
    return new ObjectMapper().readTree(html.substring(from, html.indexOf("</script>", from)));
  }

  private static JsonNode section(JsonNode data, String kind) {
    for (JsonNode section : data.get("sections")) {
      if (section.get("kind").asText().equals(kind)) {
        return section;
      }
    }
    throw new AssertionError("no " + kind);
  }

  @Test
  void pageHoldsAllThatItNeeds() throws IOException {
    String html = Files.readString(page);
    assertTrue(html.startsWith("<!doctype html>\n<html lang=\"en\">"), "begins otherwise");
    assertTrue(html.contains("<title>Curtain: demo_cnn</title>"), "title");
    assertTrue(html.contains("Permission is hereby granted, free of charge"), "licence");
    assertTrue(html.contains("default-src &#39;none&#39;") || html.contains("default-src 'none'"));
    assertFalse(html.contains("sourceMappingURL"), "asks for another file");
    assertFalse(html.contains("onerror=\"window"), "a name is markup");
    assertFalse(html.contains("<script>window.hostile"), "a name is a script");
    assertEquals(4, html.split("<script", -1).length - 1, "script elements");
    assertTrue(Files.size(page) < 15_000_000, Files.size(page) + " bytes");

    JsonNode data = data(page);
    List<String> kinds = new ArrayList<>();
    data.get("sections").forEach(section -> kinds.add(section.get("kind").asText()));
    assertEquals(
        List.of(
            "pullbacks",
            "pullbacks",
            "ascend",
            "measures",
            "stability",
            "gram",
            "kernel",
            "calibrate",
            "demo train"),
        kinds);
    JsonNode run = data.get("runs").get(1);
    assertEquals(hostile.toString(), run.get("input").asText());
    assertTrue(run.get("commandLine").asText().startsWith("curtain pullbacks --images "));
    assertTrue(run.at("/settings/weights_sha256").asText().matches("[0-9a-f]{64}"));
    assertEquals(2, run.get("results").asInt());
    assertEquals(1, run.get("errors").asInt());
    assertEquals("<script>window.hostile=2<", run.at("/errorRows/0/image").asText());
    JsonNode named = data.at("/sections/1/items/0");
    assertEquals(HOSTILE, named.get("id").asText());
    assertEquals(6, named.get("rows").size());
    JsonNode measures = section(data, "measures").at("/blocks/1/charts");
    assertTrue(measures.findValuesAsText("heading").contains("localisation"), measures.toString());
  }

  @Test
  void someOfTheImagesAreShown() throws IOException {
    Path few = dir.resolve("few.html");
    Run run =
        report(
            few,
            List.of(demo.resolve("pullbacks"), demo.resolve("ascents")),
            "--images-shown",
            "3",
            "--quiet");
    assertEquals(new Run(0, "", ""), run);
    for (JsonNode section : data(few).get("sections")) {
      String text = section.at("/blocks/0/text").asText();
      assertTrue(text.startsWith("3 of 20 images are in this page"), text);
      List<String> ids = new ArrayList<>();
      section.get("items").forEach(item -> ids.add(item.get("id").asText()));
      // Of 20 the places 0, 6 and 13; two of each class, in alphabetical order.
      assertEquals(List.of("arrow/0000.png", "disc/0000.png", "ring/0001.png"), ids);
    }
  }

  /** Pullbacks of the demo's network. */
  private Path pulled(Path images, String... more) {
    Path output = dir.resolve("pulled");
    List<String> command =
        new ArrayList<>(
            List.of(
                "pullbacks",
                "--images",
                images.toString(),
                "--model",
                "demo_cnn",
                "--labels",
                demo.resolve("data/classes.tsv").toString(),
                "--weights",
                demo.resolve("checkpoints").resolve(DemoTraining.name(SmallDemo.STEPS)).toString(),
                "--output",
                output.toString(),
                "--quiet"));
    command.addAll(List.of(more));
    Run run = Run.curtain(command.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    return output;
  }

  @Test
  void imagesThatAreGoneAreMissedWithoutHarm() throws IOException {
    Path images = dir.resolve("images");
    Files.createDirectories(images);
    Files.copy(demo.resolve("data/gallery/ring/0000.png"), images.resolve("ring.png"));
    Path output = pulled(images);
    Files.move(images.resolve("ring.png"), images.resolve("other.png"));
    Path without = dir.resolve("without.html");
    String sentence =
        "%s: the images themselves cannot be shown: file:%s has changed since curtain pullbacks read it"
            .formatted(output, images);
    assertEquals(
        new Run(0, "", "curtain report: warning: %s%n".formatted(sentence)),
        report(without, List.of(output), "--quiet"));
    JsonNode section = section(data(without), "pullbacks");
    assertEquals(sentence, section.at("/notShown/0").asText());
    assertTrue(section.at("/items/0/picture").isMissingNode());
    assertTrue(section.at("/items/0/rows/0/rgb").asText().startsWith("data:image/png;base64,"));
  }

  @Test
  void whatTheRunDidNotComputeIsNamedByItsOption() throws IOException {
    Path output = pulled(demo.resolve("data/gallery"), "--limit", "2");
    Path without = dir.resolve("without.html");
    assertEquals(new Run(0, "", ""), report(without, List.of(output), "--quiet"));
    JsonNode section = section(data(without), "pullbacks");
    String text = section.at("/blocks").toString();
    assertTrue(text.contains("computed with --cosine, which was not given"), text);
    assertTrue(section.at("/items/0/rows/0/cosine").isNull());
    assertFalse(section(data(page), "pullbacks").at("/blocks").toString().contains("--cosine"));
  }

  @Test
  void imagesOfADamagedFileAreMissedWithoutHarm() throws IOException {
    Path ingested = dir.resolve("ingested");
    Path images = demo.resolve("data/gallery");
    String[] ingest = {"ingest", "--images", images.toString(), "--transform", "none"};
    List<String> arguments = new ArrayList<>(Arrays.asList(ingest));
    arguments.addAll(List.of("--output", ingested.toString(), "--quiet"));
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    Path output = pulled(ingested, "--limit", "2");
    try (Stream<Path> files = Files.walk(ingested.resolve("images"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 64, bytes.length / 2, (byte) 0x5a); // its footer is whole
        Files.write(file, bytes);
      }
    }
    Path without = dir.resolve("without.html");
    Run report = report(without, List.of(output, demo.resolve("checkpoints")), "--quiet");
    assertEquals(0, report.status(), report.err());
    JsonNode section = section(data(without), "pullbacks");
    String sentence = section.at("/notShown/0").asText();
    assertEquals("curtain report: warning: %s%n".formatted(sentence), report.err());
    assertTrue(sentence.contains("cannot be shown"), sentence);
    assertTrue(section.at("/items/0/picture").isMissingNode());
    assertTrue(section.at("/items/1/rows/0/rgb").asText().startsWith("data:image/png;base64,"));
  }

  @Test
  void manyImagesShareCells() throws IOException {
    Integer[] labels = new Integer[620];
    Arrays.setAll(labels, i -> i % 3);
    KernelOutputs outputs = KernelOutputs.of(Arrays.asList(labels), 4);
    Path gram = dir.resolve("gram");
    KernelOutputs.gram(
        gram, outputs, null, 128, List.of("pixel"), KernelOutputs.settings("x", "none", "tiles"));
    Path blocks = dir.resolve("blocks.html");
    assertEquals(new Run(0, "", ""), report(blocks, List.of(gram), "--quiet"));
    JsonNode part = section(data(blocks), "gram").at("/blocks/0/parts/0");
    assertTrue(part.at("/2/text").asText().contains("up to 2 x 2 pairs"), part.at("/2").toString());
    JsonNode map = part.at("/1/map");
    int cells = map.at("/values/rows").asInt();
    assertTrue(cells <= 500 && cells >= 310, cells + " cells");
    // The first cell across classes: images 0 and 3 with 1 and 4.
    double sum = 0;
    int[][][] gates = outputs.gates();
    for (int i : new int[] {0, 3}) {
      for (int j : new int[] {1, 4}) {
        double own = KernelOutputs.input(gates[i][0], gates[i][0]);
        double other = KernelOutputs.input(gates[j][0], gates[j][0]);
        sum += KernelOutputs.input(gates[i][0], gates[j][0]) / Math.sqrt(own * other);
      }
    }
    int first = map.at("/columns/bands/0/to").asInt();
    byte[] bytes = Base64.getDecoder().decode(map.at("/values/cells").asText());
    int level = (bytes[2 * first] & 0xff) | (bytes[2 * first + 1] & 0xff) << 8;
    double least = map.at("/values/least").asDouble();
    double range = map.at("/values/largest").asDouble() - least;
    assertEquals(sum / 4, least + range * level / 65_532, 1e-4);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path file = dir.resolve("page.html");
    Path pullbacks = demo.resolve("pullbacks");
    assertEquals(
        "curtain: --input %s was made by curtain demo data; give an output of curtain pullbacks or ascend or measures or stability or gram or kernel or calibrate or demo train%n"
            .formatted(demo.resolve("data")),
        report(file, List.of(demo.resolve("data"))).err());
    assertEquals(
        "curtain: --input %s does not exist%n".formatted(dir.resolve("no")),
        report(file, List.of(pullbacks, dir.resolve("no"))).err());
    assertEquals(
        "curtain: --output %s is a directory; name a file%n".formatted(dir),
        report(dir, List.of(pullbacks)).err());
    Path nowhere = dir.resolve("no/page.html");
    assertEquals(
        "curtain: --output %s: there is no directory %s; make it%n"
            .formatted(nowhere, nowhere.getParent()),
        report(nowhere, List.of(pullbacks)).err());
    // As a name that is too long is refused, so is a directory that may not be written.
    Path longest = dir.resolve("x".repeat(250));
    String refused = report(longest, List.of(pullbacks)).err();
    assertTrue(
        refused.startsWith("curtain: --output " + longest + " cannot be written: "), refused);
    assertEquals(1, refused.lines().count(), refused);
    Files.writeString(file, "mine");
    assertEquals(
        "curtain: --output %s exists; give --resume to keep it if it was made with these settings, or --overwrite to replace it%n"
            .formatted(file),
        report(file, List.of(pullbacks)).err());
    Path half = dir.resolve("half");
    KernelOutputs.finish(half, "kernel", Map.of("input", "x"), 1);
    Files.delete(half.resolve("_SUCCESS"));
    assertTrue(
        report(file, List.of(half), "--overwrite")
            .err()
            .startsWith("curtain: --input " + half + " is not whole: "));
    assertEquals("mine", Files.readString(file), "was replaced by less than a page");
    try (Stream<Path> left = Files.list(dir)) {
      assertEquals(List.of(half, file), left.sorted().toList());
    }
    assertEquals(0, report(file, List.of(pullbacks), "--overwrite").status());
    assertNotEquals("mine", Files.readString(file));
  }

  @Test
  void worksInABrowser() throws Exception {
    try (Browser browser = Browser.required(dir)) {
      for (Map.Entry<String, Integer> each : views().entrySet()) {
        browser.open(page, each.getValue(), each.getKey().replaceAll(".* ", ""));
        assertEquals(List.of(), browser.complaints(), each.getKey());
        assertEquals("", text(browser, "#problems"), each.getKey());
        assertTrue(browser.evaluate("window.hostile === undefined").asBoolean());
        assertTrue(
            browser.evaluate("document.documentElement.scrollWidth").asInt() <= each.getValue(),
            each.getKey() + " scrolls sideways");
        assertEquals("[]", browser.evaluate(BLANK).toString(), each.getKey() + ": blank figures");
        assertEquals("[]", browser.evaluate(NAMELESS).toString(), each.getKey() + ": no names");
        assertEquals("[]", browser.evaluate(FAINT).toString(), each.getKey() + ": low contrast");
      }
      assertTrue(browser.evaluate("document.querySelectorAll('canvas').length").asInt() >= 16);
      choices(browser);
      values(browser);
      // Another scheme, without loading anew.
      browser.scheme("light");
      browser.until(
          "Chart.getChart(document.querySelector('.wide canvas'))"
              + ".options.scales.x.ticks.color === '#1b1f24'");
      assertEquals("%PDF-", new String(browser.print(), 0, 5, StandardCharsets.US_ASCII));
      assertEquals(List.of(), browser.complaints());
      assertEquals("", text(browser, "#problems"));
      assertTrue(browser.evaluate("document.querySelector('#trouble').hidden").asBoolean());
      browser.evaluate("dispatchEvent(new ErrorEvent('error', {message: 'it broke'}))");
      assertFalse(browser.evaluate("document.querySelector('#trouble').hidden").asBoolean());
      assertEquals("it broke", text(browser, "#problems"));
    }
  }

  /** Canvases of one colour. */
  private static final String BLANK =
      """
      [...document.querySelectorAll('canvas')].filter(canvas => {
        if (!canvas.width || !canvas.height) return true;
        const pixels = new Uint32Array(
          canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        return pixels.every(pixel => pixel === pixels[0]);
      }).map(canvas => canvas.getAttribute('aria-label'))
      """;

  /** Figures without a name, pictures without a text or that could not be read, and so on. */
  private static final String NAMELESS =
      """
      [...document.querySelectorAll('canvas')]
        .filter(canvas => canvas.getAttribute('role') !== (canvas.tabIndex < 0 ? 'img' : 'application')
          || !canvas.getAttribute('aria-label'))
        .concat([...document.images].filter(image => !image.alt || !image.naturalWidth))
        .concat([...document.querySelectorAll('table')].filter(table => !table.caption?.textContent))
        .concat([...document.querySelectorAll('select')].filter(select => !select.labels.length))
        .concat([...document.querySelectorAll('button')]
          .filter(button => !button.textContent && !button.querySelector('img')?.alt))
        .concat([...document.querySelectorAll('[tabindex]')]
          .filter(node => !node.getAttribute('role') || !node.getAttribute('aria-label')))
        .concat([...document.querySelectorAll('output, [aria-live]')])
        .map(node => node.outerHTML.slice(0, 100))
      """;

  /** Texts and lines of charts with less than 4.5 : 1 against what is behind them. */
  private static final String FAINT =
      """
      (() => {
        const probe = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
        const luminance = colour => {
          probe.fillStyle = colour;
          probe.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data].map(c => c / 255)
            .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const contrast = (a, b) => {
          const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
          return (high + 0.05) / (low + 0.05);
        };
        const behind = node => {
          for (; node; node = node.parentElement) {
            const colour = getComputedStyle(node).backgroundColor;
            if (colour !== 'rgba(0, 0, 0, 0)') return colour;
          }
        };
        const texts = [...document.body.querySelectorAll('*')]
          .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
          .filter(node => node.getClientRects().length && !node.closest('script, style, noscript'));
        const faint = texts.filter(node => contrast(getComputedStyle(node).color, behind(node)) < 4.5)
          .map(node => node.outerHTML.slice(0, 100));
        const paper = getComputedStyle(document.body).backgroundColor;
        const charts = [...document.querySelectorAll('.chart canvas')].map(node => Chart.getChart(node));
        for (const chart of charts) {
          for (const line of chart.data.datasets) {
            for (const colour of [line.borderColor, line.backgroundColor].flat().filter(each => each)) {
              if (contrast(colour, paper) < 4.5) faint.push(colour);
            }
          }
          if (contrast(chart.options.scales.x.ticks.color, paper) < 4.5) faint.push('ticks');
        }
        return texts.length > 100 && charts.length > 10 ? faint : ['too few to tell'];
      })()
      """;

  private static Map<String, Integer> views() {
    Map<String, Integer> views = new LinkedHashMap<>();
    views.put("desktop light", 1280);
    views.put("narrow light", 320);
    views.put("phone light", 390);
    views.put("phone dark", 390);
    views.put("desktop dark", 1280);
    return views;
  }

  private static String text(Browser browser, String selector) throws Exception {
    return browser
        .evaluate("document.querySelector('%s').textContent".formatted(selector))
        .asText();
  }

  private static void choose(Browser browser, String section, String label, int option)
      throws Exception {
    browser.evaluate(
        String.format(
            Locale.ROOT,
            """
        (() => {
          const label = [...document.querySelectorAll('#%s .controls label')]
            .find(each => each.firstChild.textContent === '%s');
          const select = label.querySelector('select');
          select.selectedIndex = %d;
          select.dispatchEvent(new Event('change'));
        })()
        """,
            section,
            label,
            option));
  }

  private static void choices(Browser browser) throws Exception {
    // The hostile images: part 1.
    assertTrue(text(browser, "#part-1 .pictures").contains(HOSTILE));
    String figures = "document.querySelectorAll('#part-1 .pictures figure').length";
    assertEquals(4, browser.evaluate(figures).asInt(), "image, gradient, two temperatures");
    choose(browser, "part-1", "Gate and temperature", 2);
    assertEquals(3, browser.evaluate(figures).asInt());
    assertTrue(text(browser, "#part-1 .pictures").contains("T\u00a0=\u00a01"));
    assertFalse(text(browser, "#part-1 .pictures").contains("T\u00a0=\u00a00.3"));
    String source = "document.querySelector('#part-1 .pictures figure:last-child img').src";
    String first = browser.evaluate(source).asText();
    choose(browser, "part-1", "Colours", 1);
    String second = browser.evaluate(source).asText();
    assertNotEquals(first, second);
    browser.evaluate(
        "document.querySelector('#part-1 .controls label:nth-child(2) select').focus()");
    choose(browser, "part-1", "Class", 1);
    String focused = "document.activeElement.parentElement.firstChild.textContent";
    assertEquals("Class", browser.evaluate(focused).asText(), "the keyboard lost its place");
    String third = browser.evaluate(source).asText();
    assertNotEquals(second, third);
    choose(browser, "part-1", "Image", 1);
    assertNotEquals(third, browser.evaluate(source).asText());
    assertTrue(text(browser, "#part-1 .pictures").contains("plain/ring.png"));
    browser.evaluate("document.querySelector('#part-1 .strip button').click()");
    assertTrue(text(browser, "#part-1 .pictures").contains(HOSTILE));

    // Walks: two classes along two directions; the curves follow.
    String walks = "document.querySelectorAll('#part-2 .pair').length";
    assertEquals(4, browser.evaluate(walks).asInt());
    choose(browser, "part-2", "Class", 1);
    choose(browser, "part-2", "Along", 1);
    assertEquals(1, browser.evaluate(walks).asInt());
    String lines = "Chart.getChart(document.querySelector('#part-2 canvas')).data.datasets.length";
    assertEquals(1, browser.evaluate(lines).asInt());

    String map = "document.querySelector('#part-5 canvas').toDataURL()";
    String product = browser.evaluate(map).asText();
    choose(browser, "part-5", "Kernel", 1);
    assertNotEquals(product, browser.evaluate(map).asText());
    assertTrue(text(browser, "#part-5").contains("the diagonal has that colour, too"));
    // Neighbours: of eight images, by all kernels, then by one.
    assertEquals(
        8, browser.evaluate("document.querySelectorAll('#part-6 .strip button').length").asInt());
    String neighbours = "document.querySelectorAll('#part-6 .pictures img').length";
    int kernels = browser.evaluate("document.querySelectorAll('#part-6 h4').length").asInt();
    assertTrue(kernels > 1, kernels + " kernels");
    assertEquals(1 + 5 * kernels, browser.evaluate(neighbours).asInt());
    choose(browser, "part-6", "By the kernel", 1);
    assertEquals(6, browser.evaluate(neighbours).asInt());
    String query = text(browser, "#part-6 .pictures");
    choose(browser, "part-6", "Image", 1);
    assertNotEquals(query, text(browser, "#part-6 .pictures"));
    assertTrue(text(browser, "#part-6").contains("similarity "));
    String gates = "document.querySelector('#part-4 canvas').getAttribute('aria-label')";
    assertTrue(browser.evaluate(gates).asText().contains("hard gates"));
    choose(browser, "part-4", "Gates", 1);
    assertTrue(browser.evaluate(gates).asText().contains("sigmoid gates"));
  }

  private static void values(Browser browser) throws Exception {
    String said = text(browser, "#said");
    point(browser, "#part-4 .heat canvas");
    assertTrue(
        text(browser, "#part-4 .readout").matches("weights of \\w+, gates of \\w+: .*[0-9].*"),
        text(browser, "#part-4 .readout"));
    String pointed = text(browser, "#part-4 .readout");
    browser.evaluate(
        """
        (() => {
          const node = document.querySelector('#part-4 .heat canvas');
          const box = node.getBoundingClientRect();
          node.dispatchEvent(
            new PointerEvent('pointerdown', {clientX: box.left + 2, clientY: box.top + 2}));
        })()
        """);
    assertNotEquals(pointed, text(browser, "#part-4 .readout"), "a tap says nothing");
    point(browser, "#part-5 .heat canvas");
    assertTrue(
        text(browser, "#part-5 .readout").matches("\\w+/000.\\.png \\(\\w+\\), .*: .*"),
        text(browser, "#part-5 .readout"));
    // Only what the keyboard finds is said aloud.
    assertEquals(said, text(browser, "#said"));
    browser.evaluate(
        "document.querySelector('#part-5 .heat canvas')"
            + ".dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowUp'}))");
    assertEquals(text(browser, "#part-5 .readout"), text(browser, "#said"));
    for (String chart : List.of("#part-3", "#part-4", "#part-6", "#part-7", "#part-8")) {
      point(browser, chart + " .chart canvas");
      String shown =
          "Chart.getChart(document.querySelector('%s .chart canvas')).tooltip.opacity"
              .formatted(chart);
      assertTrue(browser.evaluate(shown).asDouble() > 0, chart + " says nothing");
    }
  }

  /** Moves the mouse to the middle. */
  private static void point(Browser browser, String selector) throws Exception {
    JsonNode at =
        browser.evaluate(
            """
            (() => {
              const node = document.querySelector('%s');
              node.scrollIntoView({block: 'center'});
              const box = node.getBoundingClientRect();
              return [box.left + box.width / 2, box.top + box.height / 2];
            })()
            """
                .formatted(selector));
    browser.call(
        "Input.dispatchMouseEvent",
        Map.of("type", "mouseMoved", "x", at.get(0).asDouble(), "y", at.get(1).asDouble()));
    Thread.sleep(100); // a chart answers with its next frame
  }
}
