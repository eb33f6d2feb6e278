package curtain.jobs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Sources;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.WeightsFile;
import curtain.weights.StateDictFile;
import curtain.weights.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code check} says of inputs is what they hold, and what {@code pullbacks} makes of them.
 */
@Tag("engine")
final class CheckTest {
  private static final String HINT = " (./curtain check shows what is found)";

  /** How far an estimate of bytes may be off. */
  private static final double FACTOR = 2;

  @TempDir static Path dir;
  private static Path weights;

  @BeforeAll
  static void write() throws Exception {
    weights = WeightsFile.demoCnn(dir.resolve("net.safetensors"), 3);
    for (int i = 0; i < 30; i++) {
      image(dir.resolve("ten/c" + i % 10 + "/" + i + (i == 7 ? ".jpg" : ".png")), i);
    }
    Files.createDirectories(dir.resolve("ten/.cache"));
  }

  private static byte[] png(int seed) throws Exception {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, random.nextInt());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private static void image(Path file, int seed) throws Exception {
    Files.createDirectories(file.getParent());
    Files.write(file, png(seed));
  }

  private static List<String> network(Path file) {
    return List.of("--model", "demo_cnn", "--weights", file.toString(), "--device", "cpu");
  }

  private static Run check(Path images, String... more) {
    return run("check", images, weights, more);
  }

  private static Run run(String command, Path images, Path net, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--images", images.toString()));
    arguments.addAll(network(net));
    arguments.addAll(List.of(more));
    Run run = Run.curtain(arguments.toArray(String[]::new));
    if (command.equals("check")) {
      readable(run.out());
    }
    return run;
  }

  /** One screenful of plain letters; problems, in the end, may be longer. */
  private static void readable(String report) {
    assertTrue(report.lines().count() <= 40, report);
    List<String> lines = report.lines().takeWhile(line -> !line.startsWith("result")).toList();
    for (String line : lines) {
      assertTrue(line.length() <= Screen.WIDTH, line);
      assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 127), line);
      assertTrue(
          line.startsWith(" ".repeat(Screen.MARGIN)) || line.charAt(Screen.MARGIN - 1) == ' ',
          line);
    }
  }

  private static void contains(String text, String part) {
    assertTrue(text.contains(part), "no '" + part + "' in:\n" + text);
  }

  /** What a run over the same images comes to: images with rows, and errors. */
  private static List<String> pulled(Path images, Path output, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--output", output.toString()));
    arguments.addAll(List.of(more));
    Run run = run("pullbacks", images, weights, arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    try (DuckDb duckDb = new DuckDb()) {
      return duckDb.rows(
          "select (select count(distinct ordinal) from '"
              + output
              + "/pullbacks/*.parquet'), (select count(*) from '"
              + output
              + "/errors/*.parquet')");
    }
  }

  @Test
  void aGoodFolder() throws Exception {
    Run run = check(dir.resolve("ten"));
    assertEquals(0, run.status(), run.out() + run.err());
    assertEquals("", run.err());
    contains(run.out(), "images      a folder: ");
    contains(run.out(), "listed      30: 29 .png, 1 .jpg\n");
    contains(run.out(), "left out    1 whose names begin with a dot\n");
    contains(run.out(), "read        20, spread evenly: 20 can be used (20 PNG), 0 cannot\n");
    contains(run.out(), "labels      30 of 30 images, by their folders\n");
    contains(run.out(), "classes     10, the folders by name; 10 with images, 0 without\n");
    contains(run.out(), "3 images each: c0, c1, c2, ...\n");
    contains(run.out(), "network     demo_cnn, images of 64 x 64, 10 outputs\n");
    contains(run.out(), " entries at the top of ");
    assertFalse(run.out().contains("no part of the network"), run.out());
    contains(run.out(), "it is the label (=) of ");
    contains(run.out(), "result      a run would go\n");
    String again = check(dir.resolve("ten")).out();
    assertEquals(answers(run.out()), answers(again));
    assertEquals(10, answers(again).size(), again);
  }

  /** The lines of largest logits, which do not depend on the machine's speed. */
  private static List<String> answers(String report) {
    return report
        .lines()
        .dropWhile(line -> !line.startsWith("top-1"))
        .skip(1)
        .takeWhile(line -> line.startsWith(" "))
        .toList();
  }

  @Test
  void bytesAreAboutThoseOfARun() throws Exception {
    String report = check(dir.resolve("ten")).out();
    Path output = dir.resolve("pulled-ten");
    assertEquals(List.of("30|0"), pulled(dir.resolve("ten"), output));
    double written = 0;
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        written += Files.size(file);
      }
    }
    Matcher estimate = Pattern.compile("pullbacks .* ([\\d.,]+) (KB|MB)\n").matcher(report);
    assertTrue(estimate.find(), report);
    double said =
        Double.parseDouble(estimate.group(1).replace(",", ""))
            * (estimate.group(2).equals("KB") ? 1e3 : 1e6);
    assertTrue(said < FACTOR * written && written < FACTOR * said, said + " for " + written);
  }

  @Test
  void oddNamesAndFilesThatAreNoImages() throws Exception {
    Path odd = dir.resolve("odd");
    for (String name : List.of("a:b.png", "line\nbreak.png", "100%.PNG", "_dsc.png", "none")) {
      image(odd.resolve("x").resolve(name), name.length());
    }
    Files.write(odd.resolve("x/cut.png"), Arrays.copyOf(png(1), 900));
    Files.write(odd.resolve("x/empty.png"), new byte[0]);
    Files.writeString(odd.resolve("x/text.jpg"), "No image.\n");
    Files.createSymbolicLink(odd.resolve("x/nowhere.png"), Path.of("gone.png"));
    Files.createSymbolicLink(odd.resolve("x/link.png"), Path.of("a:b.png"));
    image(odd.resolve("_thumbs/1.png"), 1);
    boolean fifo =
        new ProcessBuilder("mkfifo", odd.resolve("x/fifo.png").toString()).start().waitFor() == 0;
    Run run = check(odd);
    assertEquals(0, run.status(), run.out() + run.err());
    int bad = fifo ? 5 : 4;
    contains(run.out(), "listed      " + (6 + bad) + ": ");
    contains(run.out(), "left out    1 folders whose names begin with _\n");
    contains(run.out(), "errors      " + (bad - 3) + " of the listing");
    contains(run.out(), "read        all: 6 can be used (6 PNG), " + bad + " cannot\n");
    contains(run.out(), "x/empty.png: empty file\n");
    contains(run.out(), "x/text.jpg: no image of a known format");
    assertEquals(List.of("6|" + bad), pulled(odd, dir.resolve("pulled-odd")));
  }

  @Test
  void manyBadImagesAreNamedOnOnePage() throws Exception {
    Path bad = dir.resolve("bad");
    for (int i = 0; i < 50; i++) {
      Path file = bad.resolve("a folder with a long name " + i + "/a file with a long name.png");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "text " + i);
    }
    image(bad.resolve("good/one.png"), 1);
    Run run = check(bad);
    assertEquals(1, run.status(), run.out());
    contains(run.out(), "0 can be used, 20 cannot\n");
    contains(run.out(), "15 more: ");
    contains(run.out(), "result      a run would fail:\n");
    contains(run.out(), "none of the 20 images that were read can be used, most often: ");
  }

  @Test
  void labelsByAListAndNone() throws Exception {
    Path list = dir.resolve("classes.tsv");
    Files.writeString(
        list,
        IntStream.range(0, 10)
            .mapToObj(i -> i + "\tc" + i + "\tclass " + i + "\n")
            .collect(Collectors.joining()));
    Run listed = check(dir.resolve("ten"), "--labels", list.toString());
    assertEquals(0, listed.status(), listed.out());
    contains(listed.out(), "classes     10, of --labels ");
    contains(listed.out(), "3 images each: class 0, ");

    Path flat = dir.resolve("flat");
    image(flat.resolve("1.png"), 1);
    image(flat.resolve("2.png"), 2);
    Run none = check(flat);
    assertEquals(0, none.status(), none.out());
    contains(none.out(), "labels      none, so --targets label would find none\n");
    contains(none.out(), "classes     10, numbers without names; none with images\n");
    contains(none.out(), "no image has a label\n");

    Path strange = dir.resolve("strange");
    image(strange.resolve("holiday/1.png"), 1);
    contains(check(strange).out(), "in folders that are no class: 1 holiday\n");

    Path short9 = dir.resolve("nine.tsv");
    Files.writeString(short9, "0\ta\ta\n1\tb\tb\n");
    Run wrong = check(dir.resolve("ten"), "--labels", short9.toString());
    assertEquals(1, wrong.status(), wrong.out());
    contains(wrong.out(), "nine.tsv has 2 classes, the network of --weights 10\n");
    assertFalse(wrong.out().contains(HINT), wrong.out());
  }

  @Test
  void parquet() throws Exception {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { optional group img { optional binary bytes; } optional int64 fine_label;"
                + " }");
    List<Group> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      SimpleGroup row = new SimpleGroup(schema);
      row.addGroup("img").add("bytes", Binary.fromConstantByteArray(i == 4 ? new byte[9] : png(i)));
      row.add("fine_label", (long) (i == 5 ? 12 : i % 2));
      rows.add(row);
    }
    Path file = dir.resolve("parquet/data.parquet");
    Sources.parquet(file, schema, rows);
    Run run = check(file);
    assertEquals(0, run.status(), run.out() + run.err());
    contains(run.out(), "images      Parquet, images in column 'img': ");
    contains(run.out(), "listed      6 rows\n");
    contains(run.out(), "5 can be used (5 PNG), 1 cannot\n");
    contains(
        run.out(),
        "labels      6 of 6 images, by column 'fine_label'; 1 of them are beyond 0..9\n");
    contains(run.out(), "2 with images, 8 without\n");
    contains(run.out(), "most: 0 (3), 1 (2); fewest: 1 (2), 0 (3)\n");
    assertEquals(List.of("5|1"), pulled(file, dir.resolve("pulled-parquet")));

    Path ingested = dir.resolve("ingested");
    Run ingest =
        Run.curtain(
            "ingest",
            "--images",
            file.toString(),
            "--model",
            "demo_cnn",
            "--output",
            ingested.toString());
    assertEquals(0, ingest.status(), ingest.err());
    String kept = check(ingested).out();
    contains(kept, "images      what ingest wrote: ");
    contains(kept, "5 can be used (5 of stored pixels), 1 cannot\n");
  }

  @Test
  void whyLabelsAreMissing() throws Exception {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { optional binary image; optional double target; }");
    List<Group> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SimpleGroup row = new SimpleGroup(schema);
      row.add("image", Binary.fromConstantByteArray(png(i)));
      row.add("target", i / 2.0);
      rows.add(row);
    }
    Path file = dir.resolve("regression.parquet");
    Sources.parquet(file, schema, rows);
    Run run = Run.curtain("check", "--images", file.toString());
    assertEquals(0, run.status(), run.out() + run.err());
    readable(run.out());
    contains(
        run.out(),
        "labels      1 values of column target, the first 0.5, are no labels: these images have"
            + " none\nlabels      2 of 3 images, by column 'target'\n");
  }

  @Test
  void archives() throws Exception {
    Path tar = dir.resolve("shard.tar");
    Sources.tar(
        tar,
        List.of(
            Map.entry("PK.png", png(0)), // with the first letters of a zip
            Map.entry("PK.cls", "3".getBytes(StandardCharsets.UTF_8)),
            Map.entry("1.png", png(1)),
            Map.entry("1.cls", "4".getBytes(StandardCharsets.UTF_8))),
        false);
    Run run = check(tar);
    assertEquals(0, run.status(), run.out() + run.err());
    contains(run.out(), "images      a tar: ");
    contains(run.out(), "left out    2 beside the images of an archive");
    contains(run.out(), "by .cls or .json beside them");
  }

  @Test
  void noImages() throws Exception {
    Path empty = Files.createDirectories(dir.resolve("empty/.git"));
    Run run = check(empty.getParent());
    assertEquals(1, run.status(), run.out());
    contains(run.out(), "holds no images; left out: 1 whose names begin with a dot\n");
    contains(run.out(), "network     demo_cnn");
    Run both = run("check", dir.resolve("gone"), dir.resolve("gone.pth"));
    assertEquals(1, both.status(), both.out());
    contains(both.out(), "gone does not exist\n");
    contains(both.out(), "gone.pth does not exist\n");
    assertEquals("", both.err());
  }

  @Test
  void wrongWeights() throws Exception {
    Path text = Files.writeString(dir.resolve("text.pth"), "<html>");
    Run run = run("check", dir.resolve("ten"), text);
    assertEquals(1, run.status(), run.out());
    contains(run.out(), "listed      30: ");
    contains(run.out(), "text.pth: ");

    Map<String, Tensor> head = tensors();
    head.put("fc.1.weight", head.remove("fc.weight"));
    head.put("fc.1.bias", head.remove("fc.bias"));
    Path foreign = WeightsFile.write(dir.resolve("head.safetensors"), head);
    Run only = run("check", dir.resolve("ten"), foreign);
    assertEquals(1, only.status(), only.out());
    contains(only.out(), "only the head differs");
    assertFalse(only.out().contains("estimate"), only.out());

    Map<String, Tensor> nan = tensors();
    nan.get("fc.bias").values()[0] = Float.NaN;
    Path diverged = WeightsFile.write(dir.resolve("nan.safetensors"), nan);
    contains(run("check", dir.resolve("ten"), diverged).out(), "NaN or infinite");
  }

  private static Map<String, Tensor> tensors() throws Exception {
    return new LinkedHashMap<>(StateDictFile.read(weights).tensors());
  }

  @Test
  void wrappedWeightsWithMoreBesideThem() throws Exception {
    Map<String, Tensor> wrapped = new LinkedHashMap<>();
    tensors().forEach((name, tensor) -> wrapped.put("net.encoder." + name, tensor));
    wrapped.put("loss.weight", Tensor.of(new int[] {2}, new float[2]));
    wrapped.put("loss.margin", Tensor.of(new int[] {1}, new float[1]));
    Path file = WeightsFile.write(dir.resolve("wrapped.safetensors"), wrapped);
    Run run = run("check", dir.resolve("ten"), file);
    assertEquals(0, run.status(), run.out() + run.err());
    contains(
        run.out(),
        "weights     " + tensors().size() + " entries at the top behind 'net.encoder.' of ");
    contains(run.out(), "left out, as no part of the network: 2 (loss.weight, loss.margin)\n");
    assertEquals(1, run.err().lines().count(), run.err());
    Run quiet = run("check", dir.resolve("ten"), file, "--quiet");
    assertEquals("", quiet.err());
    assertEquals(answers(run.out()), answers(quiet.out()));
  }

  @Test
  void eitherAlone() throws Exception {
    Run images = Run.curtain("check", "--images", dir.resolve("ten").toString());
    readable(images.out());
    assertEquals(0, images.status(), images.out() + images.err());
    contains(images.out(), "classes     1,000, ImageNet's; none with images\n");
    contains(images.out(), "ingest ");
    assertFalse(images.out().contains("pullbacks"), images.out());

    List<String> arguments = new ArrayList<>(List.of("check"));
    arguments.addAll(network(weights));
    Path file = Files.write(dir.resolve("check.args"), arguments.subList(1, arguments.size()));
    Run alone = Run.curtain("check", "@" + file);
    readable(alone.out());
    assertEquals(0, alone.status(), alone.out() + alone.err());
    contains(alone.out(), "estimate    for 1,000 images ");
    for (String command :
        List.of("pullbacks", "ascend", "measures", "calibrate", "stability", "gram")) {
      contains(alone.out(), "            " + command);
    }
  }

  @Test
  void checkpointsInTheirOrder() throws Exception {
    for (int epoch : new int[] {10, 2}) {
      Files.createDirectories(dir.resolve("run"));
      Files.copy(weights, dir.resolve("run/epoch=" + epoch + ".safetensors"));
    }
    Run run = check(dir.resolve("ten"), "--checkpoints", dir.resolve("run").toString());
    assertEquals(0, run.status(), run.out() + run.err());
    contains(
        run.out(),
        "checkpoints 2 checkpoints in order of epoch: epoch=2.safetensors, epoch=10.safetensors\n");
    contains(run.out(), "stability, 2 checkpoints");
    Run gone = check(dir.resolve("ten"), "--checkpoints", dir.resolve("runs").toString());
    assertEquals(1, gone.status(), gone.out());
    contains(gone.out(), "names no file; give a directory of weights files or a glob\n");
  }

  @Test
  void wrongUsage() {
    assertEquals(2, Run.curtain("check").status());
    Run half = Run.curtain("check", "--images", dir.toString(), "--model", "demo_cnn");
    assertEquals(2, half.status(), half.err());
    contains(half.err(), "--model and --weights go together");
  }

  @Test
  void errorsOfOtherCommandsNameIt() throws Exception {
    Path output = dir.resolve("never");
    String[] to = {"--output", output.toString()};
    Run images = run("pullbacks", dir.resolve("gone"), weights, to);
    assertEquals(1, images.status(), images.err());
    assertTrue(images.err().endsWith("gone does not exist" + HINT + "\n"), images.err());
    Run net = run("pullbacks", dir.resolve("ten"), dir.resolve("gone.pth"), to);
    assertTrue(net.err().endsWith("gone.pth does not exist" + HINT + "\n"), net.err());
    Run list =
        run(
            "pullbacks",
            dir.resolve("ten"),
            weights,
            "--output",
            output.toString(),
            "--labels",
            dir.resolve("gone.tsv").toString(),
            "--quiet");
    assertTrue(list.err().endsWith(HINT + "\n"), list.err());
    assertEquals(1, list.err().lines().count(), list.err());
    Run target = run("pullbacks", dir.resolve("ten"), weights, to[0], to[1], "--targets", "walrus");
    assertFalse(target.err().contains(HINT), target.err());
    assertFalse(Files.exists(output));
  }
}
