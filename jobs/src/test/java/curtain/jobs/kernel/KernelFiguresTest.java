package curtain.jobs.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.images.ImageSet;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.NeighbourRow;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of kernel outputs: the neighbours of images of one colour each. */
@Tag("engine")
class KernelFiguresTest {
  private static final List<String> KERNELS = List.of("product", "tempered:all:p=0.05:0-2");
  private static final int IMAGES = 30;

  @TempDir Path dir;

  private static DuckDb duckDb;
  private Path images;
  private Path gram;
  private Path kernel;

  @BeforeAll
  static void open() throws Exception {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  @BeforeEach
  void write() throws Exception {
    images = dir.resolve("images");
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 32 * 32; at++) {
        picture.setRGB(at % 32, at / 32, colour(i));
      }
      Path file = images.resolve(id(i));
      Files.createDirectories(file.getParent());
      ImageIO.write(picture, "png", file.toFile());
    }
    gram = dir.resolve("gram");
    kernel = dir.resolve("kernel");
    Map<String, String> settings = KernelOutputs.settings(images.toString(), "none", "tiles");
    settings.put(
        "listing_sha256",
        ImageArguments.listingSha256(
            ImageSet.list(images.toString(), Long.MAX_VALUE, new Configuration()).refs()));
    KernelOutputs.finish(gram, "gram", settings, IMAGES);
    kernel(12, IMAGES);
  }

  private static int colour(int image) {
    return 0x102030 + image * 0x070503;
  }

  /** Three images of each of ten classes, and in the set's order. */
  private static String id(int image) {
    return String.format(Locale.ROOT, "%d/%04d.png", image / 3, image);
  }

  private static Integer label(int image) {
    return image / 3 == 9 ? null : (Integer) (image / 3);
  }

  /** The neighbour of an image at a rank from 1. */
  private static int neighbour(int image, int rank, int of) {
    return (image + rank) % of;
  }

  private void kernel(int ranks, int neighboursOf) throws IOException {
    List<NeighbourRow> neighbours = new ArrayList<>();
    List<SpectrumRow> spectrum = new ArrayList<>();
    for (String name : KERNELS) {
      for (int i = 0; i < IMAGES; i++) {
        for (int rank = 1; rank <= ranks; rank++) {
          int other = neighbour(i, rank, neighboursOf);
          neighbours.add(
              new NeighbourRow(
                  name,
                  i,
                  id(i),
                  label(i),
                  rank,
                  other,
                  id(other),
                  label(other),
                  Math.pow(name.equals("product") ? 1e-9 : 0.9, rank)));
        }
      }
      for (int rank = 1; rank <= 5; rank++) {
        spectrum.add(new SpectrumRow(name, rank, rank == 5 ? -0.01 : 10.0 / rank));
      }
    }
    KernelOutputs.write(kernel, GramTables.NEIGHBOURS, neighbours);
    KernelOutputs.write(kernel, KernelTables.SPECTRUM, spectrum);
    Files.writeString(
        kernel.resolve("kernel.json"),
        "{\"product\": {\"knn_accuracy\": {\"1\": 0.5, \"5\": 0.75}, \"alignment_label\": 0.1,"
            + " \"ridge\": 1e-8, \"r_squared\": -0.25, \"note\": null, \"median_off_diagonal\":"
            + " 1e-30}, \"tempered:all:p=0.05:0-2\": {\"knn_accuracy\": {\"1\": 0.6, \"5\": null},"
            + " \"alignment_label\": 0.3, \"alignments\": {\"pixel\": 0.2}}}");
    KernelOutputs.finish(
        kernel,
        "kernel",
        Map.of("input", gram.toString(), "kernel", String.join(",", KERNELS)),
        IMAGES);
  }

  private Path figures(String... more) throws IOException {
    Path output = Files.createTempDirectory(dir, "figures");
    Run run = Run.figures(kernel, output, more);
    assertEquals(0, run.status(), run.err());
    return output;
  }

  private void assertFails(String message, String... more) throws IOException {
    Path output = Files.createTempDirectory(dir, "none").resolve("figures");
    Run run = Run.figures(kernel, output, more);
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().startsWith("curtain: " + message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output.resolve("_SUCCESS")));
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static List<String> csv(Path figures, String columns, String rest) throws Exception {
    return duckDb.rows(
        "select %s from read_csv('%s/neighbours.csv', nullstr = '') %s"
            .formatted(columns, figures, rest));
  }

  @Test
  void everyPictureIsWhereTheTableSays() throws Exception {
    Path figures = figures("--limit", "5", "--rows", "2");
    assertEquals(
        List.of(
            "_SUCCESS",
            "_provenance.json",
            "neighbours-product-0001.png",
            "neighbours-product-0002.png",
            "neighbours-product-0003.png",
            "neighbours-tempered_all_p=0.05_0-2-0001.png",
            "neighbours-tempered_all_p=0.05_0-2-0002.png",
            "neighbours-tempered_all_p=0.05_0-2-0003.png",
            "neighbours.csv",
            "scores.csv",
            "scores.png",
            "spectrum.csv",
            "spectrum.png"),
        files(figures));
    List<String> rows =
        csv(
            figures,
            "page, x, y, width, height, kernel, position, image_id, label, rank,"
                + " neighbour_position, neighbour_id, neighbour_label, similarity",
            "");
    assertEquals(2 * 5 * 13, rows.size());
    int framed = 0;
    for (String row : rows) {
      String[] c = row.split("\\|", -1);
      int position = Integer.parseInt(c[6]);
      assertEquals(id(position), c[7]);
      assertEquals(label(position) + "", c[8]);
      boolean query = c[9].equals("null");
      int shown = position;
      if (!query) {
        shown = neighbour(position, Integer.parseInt(c[9]), IMAGES);
        assertEquals(shown + "|" + id(shown), c[10] + "|" + c[11]);
        assertEquals(label(shown) + "", c[12]);
        double base = c[5].equals("product") ? 1e-9 : 0.9;
        assertEquals(Math.pow(base, Integer.parseInt(c[9])), Double.parseDouble(c[13]), 1e-100);
      }
      String file =
          String.format(
              Locale.ROOT,
              "neighbours-%s-%04d.png",
              c[5].replace(':', '_'),
              Integer.parseInt(c[0]));
      BufferedImage page = ImageIO.read(figures.resolve(file).toFile());
      int x = Integer.parseInt(c[1]);
      int y = Integer.parseInt(c[2]);
      assertEquals("128|128", c[3] + "|" + c[4]);
      boolean other = !query && !label(position).equals(label(shown)) && label(shown) != null;
      framed += other ? 1 : 0;
      for (int at = 0; at < 128; at++) {
        int edge = Math.min(at, 127 - at);
        int expected = other && edge < 4 ? (edge < 3 ? 0xd4006a : 0xffffff) : colour(shown);
        assertEquals(expected, page.getRGB(x + at, y + 64) & 0xffffff, row);
        assertEquals(expected, page.getRGB(x + 64, y + at) & 0xffffff, row);
      }
    }
    assertTrue(framed > 80 && framed < 120, "framed: " + framed);
    // At most ten neighbours beside each other: twelve in two rows.
    assertEquals(
        List.of("0|0|null", "0|1|1", "0|6|6", "1|1|7", "1|6|12", "2|0|null"),
        csv(
            figures,
            "distinct \"row\", \"column\", rank",
            "where page = 1 and (rank is null or rank in (1, 6, 7, 12)) and \"row\" < 2"
                + " or \"row\" = 2 and rank is null order by 1, 2"));
    String provenance = Files.readString(figures.resolve("_provenance.json"));
    assertTrue(provenance.contains("\"pages\" : 8"), provenance);
    assertTrue(provenance.contains("\"neighbours.csv\" : 130"), provenance);
  }

  @Test
  void imagesAreChosen() throws Exception {
    String positions = "distinct position";
    // 24 of 30 at equal distances.
    assertEquals(
        IntStream.range(0, 24).mapToObj(i -> i * 30 / 24 + "").toList(),
        csv(figures("--cell", "32"), positions, "order by 1"));
    assertEquals(
        IntStream.range(0, 28).mapToObj(i -> i + "").toList(),
        csv(figures("--limit", "28", "--cell", "32"), positions, "order by 1"));
    assertEquals(
        List.of("4", "22"), csv(figures("--image", id(22) + "," + id(4)), positions, "order by 1"));
    assertEquals(
        List.of("4"),
        csv(figures("--image", id(22) + "," + id(4), "--limit", "1"), positions, "order by 1"));
    assertEquals(
        List.of("64|64"),
        csv(figures("--limit", "1", "--cell", "64"), "distinct width, height", ""));
    assertFails("--image 7/none.png has no neighbours in --input ", "--image", "7/none.png");
  }

  @Test
  void numbersAreTheTables() throws Exception {
    Path figures = figures("--limit", "1");
    assertEquals(
        List.of("product|1|10.0", "product|5|-0.01", KERNELS.get(1) + "|1|10.0"),
        duckDb.rows(
            "select * from '%s/spectrum.csv' where rank = 1 or rank = 5 and kernel = 'product'"
                    .formatted(figures)
                + " order by kernel, rank"));
    assertEquals(
        List.of(
            "product|knn_accuracy_1|0.5",
            "product|knn_accuracy_5|0.75",
            "product|alignment_label|0.1",
            "product|ridge|1.0E-8",
            "product|r_squared|-0.25",
            "product|median_off_diagonal|1.0E-30",
            "tempered:all:p=0.05:0-2|knn_accuracy_1|0.6",
            "tempered:all:p=0.05:0-2|knn_accuracy_5|null",
            "tempered:all:p=0.05:0-2|alignment_label|0.3",
            "tempered:all:p=0.05:0-2|alignments_pixel|0.2"),
        duckDb.rows("select * from read_csv('%s/scores.csv', nullstr = '')".formatted(figures)));
  }

  @Test
  void neighboursOfASecondSetAreFoundThere() throws Exception {
    Path columns = Files.createDirectories(dir.resolve("columns/0"));
    for (int i = 0; i < 3; i++) {
      BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 32 * 32; at++) {
        picture.setRGB(at % 32, at / 32, 0xff0000 + i);
      }
      ImageIO.write(
          picture, "png", columns.resolve(String.format(Locale.ROOT, "%04d.png", i)).toFile());
    }
    Map<String, String> settings =
        KernelOutputs.settings(images.toString(), columns.getParent().toString(), "tiles");
    ImageSet listed =
        ImageSet.list(columns.getParent().toString(), Long.MAX_VALUE, new Configuration());
    settings.put("columns_listing_sha256", ImageArguments.listingSha256(listed.refs()));
    KernelOutputs.finish(gram, "gram", settings, IMAGES);
    kernel(2, 3);
    Path figures = figures("--images", images.toString(), "--limit", "2");
    for (String row :
        csv(figures, "x, y, position, neighbour_position", "where kernel = 'product'")) {
      String[] c = row.split("\\|", -1);
      BufferedImage page = ImageIO.read(figures.resolve("neighbours-product-0001.png").toFile());
      int colour = page.getRGB(Integer.parseInt(c[0]) + 64, Integer.parseInt(c[1]) + 64) & 0xffffff;
      int expected =
          c[3].equals("null") ? colour(Integer.parseInt(c[2])) : 0xff0000 + Integer.parseInt(c[3]);
      assertEquals(expected, colour, row);
    }
    Files.copy(columns.resolve("0000.png"), columns.resolve("new.png"));
    assertFails(
        columns.getParent()
            + ", the columns' set, has changed since curtain gram read it; run curtain gram again",
        "--images",
        images.toString());
  }

  @Test
  void reportShowsNeighboursToo() throws Exception {
    JsonNode section = report();
    assertEquals(List.of(), texts(section.get("notShown")));
    List<JsonNode> queries = new ArrayList<>();
    section.get("items").forEach(queries::add);
    assertEquals(8, queries.size());
    for (JsonNode query : queries) {
      int image = Integer.parseInt(query.get("id").asText().replaceAll(".*/|\\..*", ""));
      assertEquals(label(image) == null, query.get("label").isNull());
      assertEquals(colour(image), pictured(section, query));
      assertEquals(KERNELS, query.get("kernels").findValuesAsText("kernel"));
      for (JsonNode kernel : query.get("kernels")) {
        assertEquals(5, kernel.get("near").size());
        for (int rank = 1; rank <= 5; rank++) {
          JsonNode near = kernel.get("near").get(rank - 1);
          int other = neighbour(image, rank, IMAGES);
          assertEquals(id(other), near.get("id").asText());
          assertEquals(colour(other), pictured(section, near));
          boolean product = kernel.get("kernel").asText().equals("product");
          assertEquals(Math.pow(product ? 1e-9 : 0.9, rank), near.get("similarity").asDouble());
          boolean differs =
              label(image) != null && label(other) != null && !label(image).equals(label(other));
          assertEquals(differs, near.get("other").asBoolean());
        }
      }
    }
    Files.writeString(images.resolve(id(3)), "no image");
    JsonNode without = report();
    String sentence = without.at("/notShown/0").asText();
    String begin = kernel + ": the images of the neighbours cannot be shown: ";
    assertTrue(sentence.startsWith(begin), sentence);
    assertEquals(0, without.get("pictures").size());
    assertEquals(8, without.get("items").size());
    assertEquals(id(1), without.at("/items/0/kernels/0/near/0/id").asText());
  }

  @Test
  void reportShowsNeighboursOfAnotherSet() throws Exception {
    Path columns = dir.resolve("columns");
    for (int i = 0; i < 3; i++) { // the same ids as the images', but other pictures
      Path file = columns.resolve(id(i));
      Files.createDirectories(file.getParent());
      BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 32 * 32; at++) {
        picture.setRGB(at % 32, at / 32, 0xff0000 + i);
      }
      ImageIO.write(picture, "png", file.toFile());
    }
    Map<String, String> settings =
        KernelOutputs.settings(images.toString(), columns.toString(), "tiles");
    for (Map.Entry<String, Path> set :
        Map.of("listing_sha256", images, "columns_listing_sha256", columns).entrySet()) {
      ImageSet listed =
          ImageSet.list(set.getValue().toString(), Long.MAX_VALUE, new Configuration());
      settings.put(set.getKey(), ImageArguments.listingSha256(listed.refs()));
    }
    KernelOutputs.finish(gram, "gram", settings, IMAGES);
    kernel(2, 3);
    JsonNode section = report();
    assertEquals(List.of(), texts(section.get("notShown")));
    JsonNode query = section.get("items").get(0);
    assertEquals(colour(0), pictured(section, query));
    JsonNode near = query.at("/kernels/0/near/0");
    assertEquals(id(1), near.get("id").asText());
    assertEquals(0xff0001, pictured(section, near));
  }

  /** The section of a report. */
  private JsonNode report() throws IOException {
    Path page = dir.resolve("page.html");
    Run run =
        Run.curtain(
            "report",
            "--input",
            kernel.toString(),
            "--output",
            page.toString(),
            "--overwrite",
            "--quiet");
    assertEquals(0, run.status(), run.err());
    String html = Files.readString(page);
    String begin = "type=\"application/json\">";
    int from = html.indexOf(begin) + begin.length();
    JsonNode section =
        new ObjectMapper()
            .readTree(html.substring(from, html.indexOf("</script>", from)))
            .at("/sections/0");
    List<String> warnings =
        texts(section.get("notShown")).stream()
            .map(each -> "curtain report: warning: " + each)
            .toList();
    assertEquals(warnings, run.err().lines().toList());
    return section;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  /** The colour of an image's picture. */
  private static int pictured(JsonNode section, JsonNode image) throws IOException {
    String uri = section.get("pictures").get(image.get("picture").asText()).asText();
    byte[] png = Base64.getDecoder().decode(uri.replaceFirst("^data:image/png;base64,", ""));
    return ImageIO.read(new ByteArrayInputStream(png)).getRGB(9, 9) & 0xffffff;
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    Path part = Files.createDirectories(dir.resolve("part/0"));
    Files.copy(images.resolve(id(0)), part.resolve("0000.png"));
    String set = part.getParent().toString();
    assertFails("--images " + set + " has no ", "--images", set);
    Files.copy(images.resolve(id(0)), images.resolve("0/new.png"));
    assertFails(images + " has changed since curtain gram read it; give --images");
    figures("--images", images.toString(), "--limit", "1");
    Files.writeString(images.resolve(id(1)), "no image");
    assertFails(
        "--images " + images + ": " + id(1) + ": ", "--images", images.toString(), "--limit", "1");

    Files.delete(kernel.resolve("kernel.json"));
    assertFails("--input " + kernel + " has no kernel.json");
    Files.delete(gram.resolve("_SUCCESS"));
    assertFails(
        "--input %s: what it was made of cannot be used: %s is not whole".formatted(kernel, gram));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--targets cat", "--style rgb"})
  void optionsOfPullbacksAreRefused(String option) throws Exception {
    Run run = Run.figures(kernel, dir.resolve("none"), option.split(" ", -1));
    assertEquals(2, run.status(), run.err());
    assertTrue(
        run.err()
            .contains(
                " has no effect on figures of curtain kernel, which made --input %s; it is for those of curtain pullbacks"
                    .formatted(kernel)),
        run.err());
  }
}
