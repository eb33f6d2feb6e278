package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.demo.DemoTraining;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The snippets of {@code docs/reading.md}, as they stand there, on what a small demo wrote. Its 20
 * images, of each two classes, are pulled back by two gates, beside one that is damaged.
 */
@Tag("engine")
final class ReadingTest {
  private static final int IMAGES = 20;

  /** What a run of the demo leaves in the folder that the snippets are run in. */
  private static final String DEMO = "out/demo/";

  private static final Pattern SNIPPET = Pattern.compile("(?ms)^```[a-z]+\n(.*?)^```$");

  /** Comes first of all in their order. */
  private static final String DAMAGED = "airship/broken.png";

  /** Where scripts run. */
  @TempDir static Path folder;

  private static Path demo;

  @BeforeAll
  static void run() throws IOException {
    SmallDemo small = SmallDemo.get();
    assertEquals(0, small.run().status(), small.run().err());
    demo = Files.createDirectories(folder.resolve(DEMO));
    Path images = folder.resolve("images");
    Path gallery = small.output().resolve("data/gallery");
    try (Stream<Path> files = Files.walk(gallery)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".png")).toList()) {
        Path copy = images.resolve(gallery.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Files.createDirectories(images.resolve(DAMAGED).getParent());
    Files.writeString(images.resolve(DAMAGED), "no image");
    Run run =
        Run.curtain(
            "pullbacks",
            "--images",
            images.toString(),
            "--labels",
            small.output().resolve("data/classes.tsv").toString(),
            "--model",
            "demo_cnn",
            "--weights",
            small
                .output()
                .resolve("checkpoints")
                .resolve(DemoTraining.name(SmallDemo.STEPS))
                .toString(),
            "--targets",
            "top:2",
            "--temperature",
            "0.3",
            "--with-gradient",
            "--output",
            demo.resolve("pullbacks").toString(),
            "--quiet");
    assertEquals(0, run.status(), run.err());
    Files.createSymbolicLink(demo.resolve("gram"), small.output().resolve("gram"));
  }

  /** JUnit warns of links that lead out of its folder. */
  @AfterAll
  static void unlink() throws IOException {
    Files.deleteIfExists(demo.resolve("gram"));
  }

  @Test
  void duckDb() throws Exception {
    List<String> queries =
        snippets("DuckDB").stream().map(sql -> sql.replace("'" + DEMO, "'" + demo + "/")).toList();
    assertEquals(3, queries.size());
    try (DuckDb duckDb = new DuckDb()) {
      List<String> images = duckDb.rows(queries.get(0));
      assertEquals(1 + IMAGES, images.size());
      assertTrue(
          images.get(0).startsWith(DAMAGED + "|0|") && !images.get(0).endsWith("|null"),
          images.get(0));
      List<String> others = images.subList(1, images.size());
      assertTrue(others.stream().allMatch(row -> row.endsWith("|4|null")), others.toString());

      List<String> norms = duckDb.rows(queries.get(1));
      assertEquals(2 * IMAGES, norms.size());
      for (String row : norms) {
        String[] values = row.split("\\|", -1);
        double norm = Double.parseDouble(values[3]);
        assertEquals(norm, Double.parseDouble(values[4]), 1e-5 * norm, row);
      }

      List<String> pairs = duckDb.rows(queries.get(2));
      List<String> own = pairs.stream().filter(row -> row.matches("(.*)\\|\\1\\|.*")).toList();
      assertEquals(
          duckDb.rows(
              "SELECT image_id, image_id, log_kernel FROM '%s/gram/diagonal/*.parquet'"
                      .formatted(demo)
                  + " JOIN '%s/gram/members/*.parquet' USING (position)".formatted(demo)
                  + " WHERE kernel = 'product' ORDER BY position"),
          own);
      assertTrue(pairs.size() >= IMAGES * (IMAGES + 1) / 2, "pairs: " + pairs.size());
    }
  }

  @Test
  void pandas() throws Exception {
    String python = python("import numpy, pandas, pyarrow", "pip install pandas pyarrow");
    String checks =
        """

        assert v.shape == (40, 3, 64, 64) and v.dtype == numpy.float32, (v.shape, v.dtype)
        assert numpy.allclose(numpy.sqrt((v.astype(float) ** 2).sum((1, 2, 3))), own['norm'], rtol=1e-5)
        assert list(images['pullbacks']) == [4] * 20, images
        assert not numpy.isnan(log_k).any() and (log_k == log_k.T).all(), log_k
        assert numpy.allclose(numpy.diag(k), 1) and (numpy.abs(k) < 1 + 1e-9).all(), k
        """;
    assertPrinted(DAMAGED + " +NaN\\b", succeeds("py", script("pandas") + checks, python));
  }

  @Test
  void polars() throws Exception {
    String python = python("import numpy, polars", "pip install numpy polars");
    String checks =
        """

        assert v.shape == (16, 3, 64, 64) and v.dtype == numpy.float32, (v.shape, v.dtype)
        assert numpy.allclose(numpy.sqrt((v.astype(float) ** 2).sum((1, 2, 3))), own['norm'], rtol=1e-5)
        assert images.collect()['pullbacks'].to_list() == [4] * 20
        assert not numpy.isnan(log_k).any() and (log_k == log_k.T).all(), log_k
        """;
    assertPrinted(
        DAMAGED + " *\u2506 *null *\u2506", succeeds("py", script("Polars") + checks, python));
  }

  @Test
  void r() throws Exception {
    assumeTrue(
        works("Rscript", "-e", "library(arrow); library(dplyr)"),
        "skipped: no Rscript with arrow and dplyr (r-base-core; install.packages of both)");
    String checks =
        """

        stopifnot(dim(v) == c(3, 64, 64), all.equal(sqrt(sum(v^2)), one$norm, tolerance = 1e-5))
        stopifnot(nrow(images) == 20, images$pullbacks == 4)
        stopifnot(!anyNA(log_k), isSymmetric(log_k, tol = 0))
        """;
    assertPrinted(DAMAGED + " +NA\\b", succeeds("R", script("R") + checks, "Rscript"));
  }

  /** The blocks of code under a heading. */
  private static List<String> snippets(String heading) throws IOException {
    String document = Files.readString(Shared.root().resolve("docs/reading.md"));
    int start = document.indexOf("\n## " + heading + "\n");
    assertTrue(start >= 0, "docs/reading.md has no heading " + heading);
    int end = document.indexOf("\n## ", start + 1);
    Matcher snippets =
        SNIPPET.matcher(document.substring(start, end < 0 ? document.length() : end));
    return snippets.results().map(found -> found.group(1)).toList();
  }

  private static String script(String heading) throws IOException {
    String script = String.join("\n", snippets(heading));
    assertFalse(script.isEmpty(), heading);
    return script;
  }

  /** Runs a script beside {@code out/demo}, and returns what it prints. */
  private static String succeeds(String suffix, String script, String interpreter)
      throws Exception {
    Path file = Files.writeString(folder.resolve("snippets." + suffix), script);
    Path out = folder.resolve("printed");
    int status =
        new ProcessBuilder(interpreter, file.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start()
            .waitFor();
    String printed = Files.readString(out);
    assertEquals(0, status, printed);
    return printed;
  }

  private static void assertPrinted(String pattern, String printed) {
    assertTrue(Pattern.compile(pattern).matcher(printed).find(), printed);
  }

  private static String python(String imports, String install) throws InterruptedException {
    for (String python : Shared.pythons()) {
      if (works(python, "-c", imports)) {
        return python;
      }
    }
    assumeTrue(
        false,
        "skipped: no Python that does '%s' (%s; or name one in -Dcurtain.python)"
            .formatted(imports, install));
    return null;
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
