package curtain.jobs.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Python;
import curtain.jobs.fixtures.Run;
import curtain.jobs.gram.SyntheticGram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command from a Gram's tables to scores. */
@Tag("reference")
class KernelTest {
  private static final String EVERY =
      "product,tempered:gates,tempered:all:p=4/L:1-2,tempered:all:p=0.5,layer:1,pixel,feature,paths";
  private static DuckDb duckDb;

  @TempDir Path dir;

  @BeforeAll
  static void open() throws Exception {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private static Run kernel(Path input, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("kernel", "--input", input.toString(), "--output", output.toString()));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private static JsonNode scores(Path output) throws IOException {
    return new ObjectMapper().readTree(output.resolve("kernel.json").toFile());
  }

  private static List<String> query(Path output, String table, String columns, String rest)
      throws Exception {
    return duckDb.rows(
        "select %s from '%s/%s/*.parquet' %s".formatted(columns, output, table, rest));
  }

  /**
   * Equal numbers to the tolerance, absolute below 1; what is expected may be less than is there.
   */
  private static void assertClose(JsonNode expected, JsonNode actual, double tolerance, String at) {
    assertTrue(actual != null, at + " is missing");
    if (expected.isObject()) {
      expected
          .fields()
          .forEachRemaining(
              field ->
                  assertClose(
                      field.getValue(),
                      actual.get(field.getKey()),
                      tolerance,
                      at + " " + field.getKey()));
    } else if (expected.isNumber()) {
      double value = expected.asDouble();
      assertTrue(actual.isNumber(), at + " is " + actual);
      assertEquals(value, actual.asDouble(), tolerance * Math.max(1, Math.abs(value)), at);
    } else {
      assertEquals(expected, actual, at);
    }
  }

  @ParameterizedTest
  @CsvSource({"70, true, 0, 16", "70, false, 3, 100", "45, true, 4, 7"})
  void scoresAreNumpys(int n, boolean bias, int unlabelled, int block) throws Exception {
    SyntheticGram gram = new SyntheticGram(new Random(n + block), bias, n);
    for (int i = 0; unlabelled > 0 && i < n; i += unlabelled) {
      gram.labels[0][i] = null;
    }
    Path input =
        gram.write(dir.resolve("gram"), SyntheticGram.settings(), block, Math.max(1, block / 3));
    gram.writeVectors(dir.resolve("vectors"));
    int components = 4;
    Path output = dir.resolve("kernel");
    Run run =
        kernel(
            input,
            output,
            "--kernel",
            EVERY,
            "--components",
            String.valueOf(components),
            "--neighbours",
            "6");
    assertEquals(0, run.status(), run.err());
    assertTrue(
        run.err()
            .startsWith(
                String.format(Locale.ROOT, "curtain kernel: 8 kernels on %d images are in ", n)),
        run.err());

    List<String> lines =
        Python.run(
            dir,
            "kernel_of_gram.py",
            dir.resolve("vectors").toString(),
            String.valueOf(n),
            String.valueOf(SyntheticGram.LAYERS),
            String.valueOf(SyntheticGram.WIDTH),
            String.valueOf(SyntheticGram.CLASSES),
            bias ? "1" : "0",
            String.valueOf(components));
    JsonNode all = new ObjectMapper().readTree(lines.get(0));
    JsonNode actual = scores(output);
    assertEquals(all.size(), actual.size());
    for (String name : (Iterable<String>) all::fieldNames) {
      JsonNode expected = all.get(name);
      for (String field :
          List.of(
              "knn_accuracy",
              "alignment_label",
              "alignment_logit",
              "alignments",
              "ridge",
              "r_squared",
              "argmax_agreement",
              "median_off_diagonal")) {
        assertClose(expected.get(field), actual.get(name).get(field), 1e-7, name + " " + field);
      }
      assertTrue(actual.get(name).get("note").isNull());
      assertTrue(actual.get(name).get("spectrum_residual").asDouble() <= 1e-9, name);
      assertSpectrum(output, name, expected, components);
      assertNeighbours(output, name, expected.get("similarity"), gram.labels[0]);
    }
  }

  private static void assertSpectrum(Path output, String name, JsonNode expected, int components)
      throws Exception {
    List<String> values =
        query(
            output,
            "spectrum",
            "rank, eigenvalue",
            "where kernel = '%s' order by 1".formatted(name));
    assertEquals(components, values.size());
    for (int k = 0; k < components; k++) {
      double value = expected.get("eigenvalues").get(k).asDouble();
      assertTrue(values.get(k).startsWith(k + 1 + "|"), name);
      assertEquals(
          value,
          Double.parseDouble(values.get(k).split("\\|", -1)[1]),
          1e-9 * value,
          name + " " + k);
    }
    List<String> scores =
        query(
            output,
            "components",
            "position, image_id, array_to_string(scores, ' ')",
            "where kernel = '%s' order by position".formatted(name));
    for (int i = 0; i < scores.size(); i++) {
      String[] row = scores.get(i).split("\\|", -1);
      assertEquals(i + " row" + i, row[0] + " " + row[1]);
      String[] numbers = row[2].split(" ", -1);
      assertEquals(components, numbers.length);
      for (int k = 0; k < components; k++) {
        assertEquals(
            expected.get("components").get(i).get(k).asDouble(),
            Double.parseDouble(numbers[k]),
            1e-6,
            name + " " + i + " " + k);
      }
    }
    assertEquals(expected.get("similarity").size(), scores.size());
  }

  /** Similarities to rounding; which of two equal ones comes first is the unit tests' matter. */
  private static void assertNeighbours(
      Path output, String name, JsonNode similarity, Integer[] labels) throws Exception {
    List<String> rows =
        query(
            output,
            "neighbours",
            "position, rank, neighbour_position, similarity, image_id, neighbour_id,"
                + " coalesce(label, -1), coalesce(neighbour_label, -1)",
            "where kernel = '%s' order by position, rank".formatted(name));
    int n = similarity.size();
    assertEquals(6 * n, rows.size());
    for (int at = 0; at < rows.size(); at++) {
      int i = at / 6;
      String[] row = rows.get(at).split("\\|", -1);
      int j = Integer.parseInt(row[2]);
      double[] sorted =
          IntStream.range(0, n)
              .filter(other -> other != i)
              .mapToDouble(other -> -similarity.get(i).get(other).asDouble())
              .sorted()
              .toArray();
      assertEquals(i + " " + (at % 6 + 1), row[0] + " " + row[1]);
      assertTrue(i != j);
      assertEquals(-sorted[at % 6], Double.parseDouble(row[3]), 1e-12, name);
      assertEquals(similarity.get(i).get(j).asDouble(), Double.parseDouble(row[3]), 1e-12, name);
      assertEquals("row" + i + " row" + j, row[4] + " " + row[5]);
      assertEquals(labels[i] == null ? -1 : labels[i], Integer.parseInt(row[6]));
      assertEquals(labels[j] == null ? -1 : labels[j], Integer.parseInt(row[7]));
    }
  }

  @Test
  void theBlocksOfTheGramDoNotMatter() throws Exception {
    SyntheticGram gram = new SyntheticGram(new Random(2), true, 60);
    JsonNode first = null;
    List<String> rows = null;
    for (int[] sizes : new int[][] {{60}, {1, 9}, {25, 3}}) {
      Path input = gram.write(dir.resolve("gram" + sizes[0]), SyntheticGram.settings(), sizes);
      Path output = dir.resolve("kernel" + sizes[0]);
      assertEquals(0, kernel(input, output, "--kernel", EVERY, "--quiet").status());
      JsonNode scores = scores(output);
      // how far a residual is from 0 is rounding
      List<String> now = query(output, "neighbours", "* exclude similarity", "order by all");
      now.addAll(query(output, "spectrum", "kernel, rank, round(eigenvalue, 9)", "order by all"));
      now.addAll(
          query(
              output,
              "components",
              "kernel, position, list_transform(scores, x -> round(x, 6) + 0)",
              "order by all"));
      if (first == null) {
        first = scores;
        rows = now;
      }
      assertClose(first, scores, 1e-9, "");
      assertEquals(rows, now);
    }
  }

  @Test
  void aSecondSetOfImagesGivesNeighboursOnly() throws Exception {
    SyntheticGram gram = new SyntheticGram(new Random(4), true, 9, 23);
    gram.labels[1][5] = null;
    Map<String, String> settings = SyntheticGram.settings();
    settings.put("columns", "file:/others");
    Path input = gram.write(dir.resolve("gram"), settings, 5, 8);
    Path output = dir.resolve("kernel");
    Run run = kernel(input, output, "--neighbours", "30", "--kernel", "pixel,product");
    assertEquals(0, run.status(), run.err());
    JsonNode scores = scores(output).get("pixel");
    for (String field :
        List.of("alignment_label", "alignment_logit", "ridge", "median_off_diagonal")) {
      assertTrue(scores.get(field).isNull(), field);
    }
    assertEquals(
        "with a second set of images only neighbours are defined", scores.get("note").asText());
    assertEquals(List.of("0"), query(output, "spectrum", "count(*)", ""));
    assertEquals(List.of("0"), query(output, "components", "count(*)", ""));

    int[] right = new int[2];
    for (int i = 0; i < 9; i++) {
      int row = i;
      double[] similarities = new double[23];
      Arrays.setAll(
          similarities,
          j ->
              gram.value("pixel", 0, row, 1, j)
                  / Math.sqrt(
                      gram.value("pixel", 0, row, 0, row) * gram.value("pixel", 1, j, 1, j)));
      List<Integer> order =
          IntStream.range(0, 23)
              .boxed()
              .sorted((a, b) -> Double.compare(similarities[b], similarities[a]))
              .toList();
      assertEquals(
          order.stream().map(j -> row + "|column" + j).toList(),
          query(
              output,
              "neighbours",
              "position, neighbour_id",
              String.format(
                  Locale.ROOT, "where kernel = 'pixel' and position = %d order by rank", i)));
      int nearest = order.stream().filter(j -> gram.labels[1][j] != null).findFirst().orElseThrow();
      right[0] += gram.labels[1][nearest].equals(gram.labels[0][i]) ? 1 : 0;
    }
    assertEquals(right[0] / 9.0, scores.get("knn_accuracy").get("1").asDouble(), 1e-15);
    assertTrue(scores.get("knn_accuracy").get("20").isNumber());
  }

  @Test
  void whatIsNotDefinedIsNull() throws Exception {
    SyntheticGram one = new SyntheticGram(new Random(6), true, 1);
    assertEquals(
        0,
        kernel(one.write(dir.resolve("g1"), SyntheticGram.settings(), 4), dir.resolve("k1"))
            .status());
    JsonNode alone = scores(dir.resolve("k1")).get("product");
    alone
        .fields()
        .forEachRemaining(
            field ->
                assertTrue(
                    field.getValue().isNull() || field.getValue().isObject(), field.toString()));
    assertTrue(alone.get("knn_accuracy").get("1").isNull());

    SyntheticGram few = new SyntheticGram(new Random(7), true, 12);
    Arrays.fill(few.labels[0], null);
    Run run =
        kernel(
            few.write(dir.resolve("g2"), SyntheticGram.settings(), 4),
            dir.resolve("k2"),
            "--largest",
            "11");
    assertEquals(0, run.status(), run.err());
    JsonNode scores = scores(dir.resolve("k2")).get("feature");
    assertTrue(scores.get("alignment_label").isNull());
    assertTrue(scores.get("alignment_logit").isNumber());
    assertTrue(scores.get("knn_accuracy").get("1").isNull());
    assertTrue(scores.get("r_squared").isNull());
    assertEquals(
        "no ridge regression: 12 images are more than --largest 11", scores.get("note").asText());

    Arrays.fill(few.labels[0], 3);
    assertEquals(
        0,
        kernel(few.write(dir.resolve("g3"), SyntheticGram.settings(), 4), dir.resolve("k3"))
            .status());
    scores = scores(dir.resolve("k3")).get("feature");
    assertTrue(scores.get("alignment_label").isNull());
    assertEquals(1, scores.get("knn_accuracy").get("5").asDouble());
    assertTrue(scores.get("knn_accuracy").get("20").isNull());
    assertTrue(scores.get("r_squared").isNumber());
  }

  @Test
  void anOutputIsReplacedOrKept() throws Exception {
    SyntheticGram gram = new SyntheticGram(new Random(8), true, 10);
    Path input = gram.write(dir.resolve("gram"), SyntheticGram.settings(), 6);
    Path output = dir.resolve("kernel");
    assertEquals(0, kernel(input, output, "--kernel", "pixel").status());
    String provenance = Files.readString(output.resolve("_provenance.json"));
    assertTrue(provenance.contains("\"kernel.json\" : 1"), provenance);
    assertTrue(provenance.contains("\"gram_gate\" : \"hard\""), provenance);
    assertTrue(Files.exists(output.resolve("neighbours/_SUCCESS")));

    assertFailure(
        "--output " + output + " exists; give --overwrite to replace it, or --resume",
        kernel(input, output, "--kernel", "pixel"));
    assertEquals(0, kernel(input, output, "--kernel", "pixel", "--resume").status());
    assertEquals(provenance, Files.readString(output.resolve("_provenance.json")));
    assertFailure(
        "--resume: " + output + " was made with other settings: --kernel was pixel, is feature",
        kernel(input, output, "--kernel", "feature", "--resume"));
    assertEquals(0, kernel(input, output, "--kernel", "feature", "--overwrite").status());
    assertTrue(scores(output).has("feature") && !scores(output).has("pixel"));

    // stopped in the middle, for want of a tile: what was whole stays
    Path tile = input.resolve("tiles/part-00001.parquet");
    Path aside = dir.resolve("aside");
    Files.move(tile, aside);
    assertEquals(1, kernel(input, output, "--overwrite").status());
    assertTrue(scores(output).has("feature") && !scores(output).has("pixel"));
    assertTrue(Files.exists(output.resolve("_SUCCESS")));
    Files.move(aside, tile);
    assertFailure(
        "--output " + output + " holds an unfinished run, which is to replace a whole one; give",
        kernel(input, output));
    assertEquals(0, kernel(input, output, "--resume", "--quiet").status());
    assertEquals(4, scores(output).size());
    assertFalse(Files.exists(output.resolve("_incomplete")));

    Files.writeString(output.resolve("notes.txt"), "mine");
    assertFailure(
        "--output " + output + " holds notes.txt, which Curtain did not make",
        kernel(input, output, "--overwrite"));
    assertFailure("--output " + dir + " holds --input " + input, kernel(input, dir, "--overwrite"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "keep=top:20; product; has no tiles, as it was made with --keep top:20; kernel needs curtain gram --keep tiles",
        "keep=none; pixel; has no tiles, as it was made with --keep none; kernel needs curtain gram --keep tiles",
        "keep-layers=false; layer:1; --kernel layer:1 needs single layers, which --input",
        "keep-layers=false; layer:1; has not kept; it needs curtain gram --keep-layers",
        "keep-layers=false; tempered:gates:1-2; --kernel tempered:gates:p=1/L:1-2 needs single layers",
        "paths=none; paths; has no path kernel; it needs curtain gram --paths exact",
        "gate=hard; layer:3; --kernel layer:3: the network of --input",
        "gate=hard; layer:3; has 3 layers, 0 to 2",
        "gate=hard; tempered:all:1-3; has 3 layers, 0 to 2",
      })
  void whatTheGramLacksIsNamedWithItsOption(String setting, String kernel, String message)
      throws Exception {
    Map<String, String> settings = SyntheticGram.settings();
    settings.put(setting.split("=", -1)[0], setting.split("=", -1)[1]);
    Path input = new SyntheticGram(new Random(1), true, 3).write(dir.resolve("gram"), settings, 2);
    Run run = kernel(input, dir.resolve("kernel"), "--kernel", kernel);
    assertEquals(1, run.status());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(dir.resolve("kernel")));
  }

  @Test
  void theWholeRangeNeedsNoSingleLayers() throws Exception {
    Map<String, String> settings = SyntheticGram.settings();
    settings.put("keep-layers", "false");
    Path input = new SyntheticGram(new Random(1), true, 9).write(dir.resolve("gram"), settings, 4);
    Run run =
        kernel(
            input,
            dir.resolve("kernel"),
            "--kernel",
            "tempered:gates:0-2,tempered:gates",
            "--quiet");
    assertEquals(0, run.status(), run.err());
    JsonNode scores = scores(dir.resolve("kernel"));
    assertEquals(
        scores.get("tempered:gates:p=1/L").get("r_squared"),
        scores.get("tempered:gates:p=1/L:0-2").get("r_squared"));
  }

  @Test
  void aDamagedGramIsRefused() throws Exception {
    Path input =
        new SyntheticGram(new Random(1), true, 9)
            .write(dir.resolve("gram"), SyntheticGram.settings(), 4);
    Files.delete(input.resolve("tiles/part-00001.parquet"));
    assertFailure(
        "--input "
            + input
            + " is damaged: tiles/: the block at (0, 4) is missing; run curtain gram",
        kernel(input, dir.resolve("kernel")));
    Files.delete(input.resolve("_SUCCESS"));
    assertFailure(
        "--input " + input + " is not whole: it has no _SUCCESS; run curtain gram with --resume",
        kernel(input, dir.resolve("kernel2")));
    assertFailure(
        "--input " + dir.resolve("no") + " does not exist",
        kernel(dir.resolve("no"), dir.resolve("kernel3")));
  }

  private static void assertFailure(String start, Run run) {
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().startsWith("curtain: " + start), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }
}
