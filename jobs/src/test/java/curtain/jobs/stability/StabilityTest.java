package curtain.jobs.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command from files to tables, three checkpoints of one training run. */
@Tag("engine")
class StabilityTest {
  private static final String THREE = "/resnet20_step{00156,00936,01248}.pth";
  private static final List<String> TABLES =
      List.of(
          "gate_flips",
          "activations",
          "activation_bits",
          "frozen_gates",
          "path_stability",
          "t_pi",
          "path_space",
          "pullback_cosine",
          "errors");
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

  private static Run run(Path images, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "stability",
                "--images",
                images.toString(),
                "--model",
                "cifar_resnet20",
                "--checkpoints",
                Shared.path(Shared.CHECKPOINTS) + THREE,
                "--device",
                "cpu",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private static Path cifar() {
    return Shared.path(Shared.CIFAR_IMAGES);
  }

  private static List<String> query(Path output, String table, String columns, String rest)
      throws Exception {
    return duckDb.rows(
        "select %s from '%s/%s/*.parquet' %s".formatted(columns, output, table, rest));
  }

  /** All rows of a table in an order that does not depend on how they came. */
  private static List<String> all(Path output, String table) throws Exception {
    String columns =
        table.equals("activation_bits")
            ? "checkpoint, layer, hex(ever_on) a, hex(ever_off) b"
            : "*";
    return query(output, table, columns, "order by all");
  }

  /** Texts equal but for numbers with a point, which are within the relative tolerance. */
  private static void assertClose(List<String> expected, List<String> actual, double tolerance) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      String[] left = expected.get(i).split("\\|", -1);
      String[] right = actual.get(i).split("\\|", -1);
      for (int j = 0; j < left.length; j++) {
        if (left[j].matches("-?\\d+\\.\\d+(E-?\\d+)?")) {
          double value = Double.parseDouble(left[j]);
          double scale = Math.max(1, Math.abs(value));
          assertEquals(value, Double.parseDouble(right[j]), tolerance * scale, expected.get(i));
        } else {
          assertEquals(left[j], right[j], expected.get(i));
        }
      }
    }
  }

  @Test
  void everyTableSaysWhatTheOthersSay() throws Exception {
    Path output = dir.resolve("out");
    Run run = run(cifar(), output, "--limit", "12", "--batch-size", "4", "--targets", "label,cat");
    assertEquals(0, run.status(), run.err());
    assertTrue(
        run.err()
            .contains(
                "3 checkpoints, gates from 3; 24 passes an image (3 with two backward passes, 3 for"
                    + " gates, 18 with frozen gates), 12 images; about "),
        run.err());

    // 19 layers, 188,416 gates
    assertEquals(
        List.of("171|true|true|true"),
        query(
            output,
            "gate_flips",
            "count(*), bool_and(differ = active_a + active_b - 2 * active_both),"
                + " bool_and(checkpoint_a <> checkpoint_b or differ = 0),"
                + " bool_and(uncertain < 1e-4 * compared)",
            ""));
    assertEquals(
        List.of(String.valueOf(12L * 188_416)),
        query(
            output,
            "gate_flips",
            "sum(compared)",
            "where checkpoint_a like '%0156%' and checkpoint_b like '%1248%'"));
    assertEquals(
        List.of("171|171"),
        duckDb.rows(
            ("select count(*), count(*) filter (f.active_a = list_sum(a.active) and a.images = 12"
                    + " and len(a.active) = a.shape[1])"
                    + " from '%1$s/gate_flips/*.parquet' f join '%1$s/activations/*.parquet' a"
                    + " on f.checkpoint_a = a.checkpoint and f.layer = a.layer")
                .formatted(output)));
    assertEquals(
        List.of("57|true"),
        duckDb.rows(
            ("select count(*), bool_and(dead = list_product(shape) - bit_count(ever_on::bit)"
                    + " and always_on = list_product(shape) - bit_count(ever_off::bit))"
                    + " from '%1$s/activations/*.parquet' join"
                    + " '%1$s/activation_bits/*.parquet' using (checkpoint, layer)")
                .formatted(output)));
    // the label's row and the cat's, hard and smooth
    assertEquals(
        List.of(String.valueOf(12 * 9 * 2 * 2)), query(output, "frozen_gates", "count(*)", ""));
    assertEquals(
        List.of("36|9|9"),
        query(
            output,
            "path_stability",
            "count(*), count(*) filter (target is null and gate = 'hard'),"
                + " count(*) filter (target = 3 and gate = 'sigmoid')",
            "where images = 12"));
    assertEquals(
        List.of("3"),
        query(
            output,
            "path_stability",
            "count(*)",
            "where weights_from = gates_from and gate = 'hard' and target is null and pearson = 1"));
    assertEquals(
        List.of("18|18"),
        duckDb.rows(
            ("select count(*), count(*) filter (abs(r - pearson) < 1e-9)"
                    + " from '%1$s/path_stability/*.parquet' p join (select weights_from,"
                    + " gates_from, gate, corr(value, frozen_value) r from (select *, row_number()"
                    + " over (partition by ordinal, weights_from, gates_from, gate, target) n from"
                    + " '%1$s/frozen_gates/*.parquet') where target = 3 and n = 1 group by all) d"
                    + " using (weights_from, gates_from, gate)"
                    + " where p.target = 3")
                .formatted(output)));
    assertEquals(List.of("12|0.9"), query(output, "t_pi", "count(*), any_value(threshold)", ""));
    assertEquals(
        List.of("0"),
        duckDb.rows(
            ("select count(*) from '%1$s/t_pi/*.parquet' t where t.t_pi is distinct from (select"
                    + " min(w) from (select weights_from w, min(pearson) over (order by"
                    + " weights_from desc) m from '%1$s/path_stability/*.parquet' p where"
                    + " p.gates_from = t.gates_from and p.gate = t.gate and p.target is not"
                    + " distinct from t.target) where m > 0.9)")
                .formatted(output)));
    assertEquals(
        List.of("hard|9|3", "sigmoid|9|0"),
        query(
            output,
            "path_space",
            "gate_a, count(*), count(*) filter (mean = 1 and std < 1e-9)",
            "where gate_b = 'hard' and images = 12 and undefined = 0 group by gate_a order by 1"));
    assertEquals(
        List.of("gradient|hard|null|3|true", "pullback|sigmoid|0.3|3|true"),
        query(
            output,
            "pullback_cosine",
            "direction, gate, temperature, count(*), bool_and((checkpoint like '%1248%') ="
                + " (abs(mean - 1) < 1e-9))",
            "where images = 12 group by 1, 2, 3 order by 1"));
    assertEquals(List.of("0"), query(output, "errors", "count(*)", ""));
    assertTrue(
        Files.readString(output.resolve("_provenance.json")).contains("\"path_stability\" : 36"));
  }

  @Test
  void partitionsAndBatchesDoNotMatter() throws Exception {
    Path one = dir.resolve("one");
    Path other = dir.resolve("other");
    String[] common = {"--limit", "7", "--gates-from", "1", "--quiet"};
    Run first = run(cifar(), one, with(common, "--batch-size", "7"));
    assertEquals(0, first.status(), first.err());
    assertEquals("", first.err());
    String[] more = with(common, "--partitions", "4", "--batch-size", "2");
    assertEquals(0, run(cifar(), other, more).status());
    assertTrue(count(other.resolve("frozen_gates")) > 1);
    for (String table : TABLES) {
      assertClose(all(one, table), all(other, table), 1e-5);
    }
    for (String table : List.of("gate_flips", "activations", "activation_bits")) {
      assertEquals(all(one, table), all(other, table));
    }
  }

  private static long count(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  /** Copies some images of every class; gives the folder. */
  private Path folder(String name, int from, int to) throws IOException {
    Path folder = dir.resolve(name);
    for (String label : List.of("cat", "ship", "truck")) {
      Files.createDirectories(folder.resolve(label));
      try (Stream<Path> files = Files.list(cifar().resolve(label))) {
        for (Path file : files.sorted().skip(from).limit(to - from).toList()) {
          Files.copy(file, folder.resolve(label).resolve(file.getFileName()));
        }
      }
    }
    return folder;
  }

  @Test
  void twoHalvesMergedEqualTheWhole() throws Exception {
    Path first = folder("first", 0, 1);
    Path second = folder("second", 1, 3);
    Files.createDirectory(second.resolve("unknown"));
    Files.writeString(second.resolve("unknown/empty.png"), "");
    Path both = folder("both", 0, 3);
    Files.createDirectory(both.resolve("unknown"));
    Files.writeString(both.resolve("unknown/empty.png"), "");
    String[] common = {"--quiet", "--activations", "neuron", "--batch-size", "3"};
    Path[] outputs = {dir.resolve("a"), dir.resolve("b"), dir.resolve("ab")};
    Path[] images = {first, second, both};
    for (int i = 0; i < 3; i++) {
      Run run = run(images[i], outputs[i], common);
      assertEquals(0, run.status(), run.err());
    }
    Path merged = dir.resolve("merged");
    String[] merge = {
      "stability",
      "--merge",
      outputs[0].toString(),
      outputs[1].toString(),
      "--output",
      merged.toString()
    };
    Run run = Run.curtain(merge);
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("9 images are in " + merged), run.err());
    for (String table : TABLES) {
      if (!table.equals("frozen_gates") && !table.equals("errors")) {
        assertClose(all(outputs[2], table), all(merged, table), 1e-12);
      }
    }
    String values = "* exclude (ordinal)";
    assertClose(
        query(outputs[2], "frozen_gates", values, "order by all"),
        query(merged, "frozen_gates", values, "order by all"),
        1e-5);
    assertEquals(List.of("unknown/empty.png|9"), query(merged, "errors", "image_id, ordinal", ""));
    assertEquals(
        List.of("9|8"), query(merged, "frozen_gates", "count(distinct ordinal), max(ordinal)", ""));
    assertTrue(Files.exists(merged.resolve("t_pi/_SUCCESS")));

    List<String> again = new ArrayList<>(List.of(merge));
    again.add("--resume");
    assertEquals(0, Run.curtain(again.toArray(String[]::new)).status());
    assertRefused(Run.curtain(merge), 1, "exists; give --overwrite to replace it, or --resume");
    merge[2] = outputs[2].toString();
    merge[5] = dir.resolve("twice").toString();
    assertRefused(Run.curtain(merge), 1, " is in both outputs, as are 6 more");
    Path other = dir.resolve("other");
    assertEquals(
        0, run(first, other, "--quiet", "--batch-size", "3", "--threshold", "0.8").status());
    merge[2] = other.toString();
    assertRefused(
        Run.curtain(merge), 1, "--threshold was 0.8, is 0.9; --activations was channel, is neuron");
    merge[2] = first.toString();
    assertRefused(Run.curtain(merge), 1, "--merge " + first + " is no output of curtain stability");
    assertRefused(
        Run.curtain("stability", "--merge", "a", "b", "--output", "c", "--threshold", "0.5"),
        2,
        "--threshold has no effect with --merge");
  }

  private static void assertRefused(Run run, int status, String message) {
    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().strip().lines().count(), run.err());
  }

  @Test
  void aRunThatStoppedGoesOn() throws Exception {
    Path images = folder("stopped", 0, 2);
    Files.createDirectory(images.resolve("a"));
    Files.writeString(images.resolve("a/empty.png"), "");
    Path output = dir.resolve("out");
    String[] common = {"--quiet", "--batch-size", "2", "--partitions", "4"};
    assertRefused(
        run(images, output, with(common, "--max-errors", "0")),
        1,
        "more than --max-errors 0 allows");
    Path markers = KilledRun.begun(output, "_shards");
    assertTrue(Files.exists(markers.resolve("00000.json")));
    assertFalse(Files.exists(markers.resolve("00003.json")));
    Run resumed = run(images, output, with(common, "--resume"));
    assertEquals(0, resumed.status(), resumed.err());
    Path whole = dir.resolve("whole");
    assertEquals(0, run(images, whole, common).status());
    for (String table : TABLES) {
      assertEquals(all(whole, table), all(output, table));
    }
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void changedOptionsRefuseTheDirectory() throws Exception {
    Path output = dir.resolve("out");
    String[] few = {"--limit", "3", "--batch-size", "3", "--quiet"};
    assertEquals(0, run(cifar(), output, few).status());
    assertRefused(
        run(cifar(), output, with(few, "--resume", "--threshold", "0.5")),
        1,
        "--threshold was 0.9, is 0.5");
    Run run = run(cifar(), output, with(few, "--resume"));
    assertEquals(0, run.status(), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "2; --gate hard: hard gates are always compared; --gate=hard",
        "2; --gate deconv: a network has no gates of this kind to hold; --gate=deconv",
        "1; the nearest is resnet20_step00156.pth; --gates-from=resnet20_step00155.pth",
        "1; --gates-from 4: there are 3 checkpoints; --gates-from=4",
        "2; --targets cat: give label, or label and classes; --targets=cat",
        "2; only classes may follow label; --targets=label,top:2",
        "2; is no correlation: a number from -1 to 1; --threshold=2",
        "2; is neither channel nor neuron; --activations=layer",
      })
  void wrongOptionsAreRefused(int status, String message, String option) {
    assertRefused(
        run(cifar(), dir.resolve("out"), "--quiet", "--limit", "2", option), status, message);
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @Test
  void aCheckpointThatCannotBeUsedIsNamedBeforeAnyWork() throws Exception {
    Path good = Shared.path(Shared.CHECKPOINTS).resolve("resnet20_step00156.pth");
    Path checkpoints = Files.createDirectory(dir.resolve("run"));
    Files.copy(good, checkpoints.resolve("net_step1.pth"));
    Path truncated = checkpoints.resolve("net_step2.pth");
    byte[] bytes = Files.readAllBytes(good);
    Files.write(truncated, Arrays.copyOf(bytes, bytes.length / 2));
    Path output = dir.resolve("out");
    assertRefused(checkpoints(output, checkpoints), 1, truncated.toString());
    Files.copy(
        Shared.path(Shared.CIFAR_WEIGHTS_56),
        truncated,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused(checkpoints(output, checkpoints), 1, truncated.toString());
    Path last = checkpoints.resolve("last-01.th");
    Files.move(truncated, last);
    assertRefused(checkpoints(output, checkpoints), 1, last + ": the weights are not those of");
    assertRefused(
        checkpoints(output, dir.resolve("nothing*")),
        1,
        "nothing* names no file; give a directory");
    assertFalse(Files.exists(output));
  }

  private static Run checkpoints(Path output, Path checkpoints) {
    return Run.curtain(
        "stability",
        "--quiet",
        "--images",
        cifar().toString(),
        "--limit",
        "2",
        "--model",
        "cifar_resnet20",
        "--checkpoints",
        checkpoints.toString(),
        "--device",
        "cpu",
        "--output",
        output.toString());
  }

  @Test
  void aRunNeedsWhatAMergeDoesNot() {
    assertRefused(
        Run.curtain("stability", "--output", dir.resolve("x").toString()),
        2,
        "Missing required option: --checkpoints, --images, --model (or give --merge A B)");
    assertRefused(
        Run.curtain("stability", "--merge", "a", "--output", dir.resolve("x").toString()),
        2,
        "--merge");
  }
}
