package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import curtain.jobs.fixtures.WeightsFile;
import curtain.jobs.kernel.KernelOutputs;
import curtain.jobs.report.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report} and {@code export} where their file is there already. */
@Tag("engine")
class FileArgumentsTest {
  @TempDir Path dir;

  private static Run curtain(List<String> command, String... more) {
    return Run.curtain(Stream.concat(command.stream(), Arrays.stream(more)).toArray(String[]::new));
  }

  private Path gram(String name) throws IOException {
    Path gram = dir.resolve(name);
    KernelOutputs.gram(
        gram,
        KernelOutputs.of(List.of(0, 1, 2, 0, 1), 4),
        null,
        128,
        List.of("pixel"),
        KernelOutputs.settings(name, "none", "tiles"));
    return gram;
  }

  private static String whole(String command, Path file) {
    return "curtain %s: %s is whole; there is nothing to do%n".formatted(command, file);
  }

  private void assertAlone(Path... there) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(Stream.of(there).sorted().toList(), files.sorted().toList());
    }
  }

  @Test
  void aPageOfTheSameIsLeftAlone() throws Exception {
    // In an attribute of the page's head.
    Path gram = gram("a \"Gram\" & <more>");
    Path page = dir.resolve("page.html");
    List<String> command =
        List.of("report", "--input", gram.toString(), "--output", page.toString());
    assertEquals(0, curtain(command, "--resume").status());
    byte[] written = Files.readAllBytes(page);
    Map<String, String> settings = ReportPage.settings(page).orElseThrow();
    assertEquals("file:" + gram, settings.get("input"));
    assertEquals("24", settings.get("images-shown"));
    assertTrue(
        settings
            .get(gram + "/_provenance.json")
            .matches("2025-01-01T00:00:01Z, SHA-256 [0-9a-f]{16}"),
        settings.toString());
    assertEquals(new Run(0, "", whole("report", page)), curtain(command, "--resume"));
    assertEquals(new Run(0, "", ""), curtain(command, "--resume", "--quiet"));
    assertArrayEquals(written, Files.readAllBytes(page));

    assertEquals(
        "curtain: --resume: %s was made with other settings: --images-shown was 24, is 3; give the same, or --overwrite to begin again%n"
            .formatted(page),
        curtain(command, "--resume", "--images-shown", "3").err());
    SmallDemo.delete(gram);
    gram(gram.getFileName().toString());
    assertEquals(0, curtain(command, "--resume").status(), "the same run, to the byte");
    SmallDemo.delete(gram);
    KernelOutputs.finish(gram, "gram", Map.of("keep", "tiles"), 5);
    String stale = curtain(command, "--resume").err();
    assertTrue(stale.contains(": " + gram + "/_provenance.json was 2025"), stale);
    assertEquals(2, curtain(command, "--resume", "--overwrite").status());
    assertArrayEquals(written, Files.readAllBytes(page));
    // One input is not there: what was there stays.
    String nowhere = dir.resolve("nowhere").toString();
    assertEquals(1, curtain(command, "--overwrite", "--input", nowhere).status());
    assertArrayEquals(written, Files.readAllBytes(page));
    assertAlone(gram, page);
  }

  @Test
  void aFileOfTheSameNetworkIsLeftAlone() throws Exception {
    Path weights = dir.resolve("net.safetensors");
    WeightsFile.demoCnn(weights, 1);
    Path file = dir.resolve("net.pt");
    List<String> command =
        List.of(
            "export",
            "--model",
            "demo_cnn",
            "--weights",
            weights.toString(),
            "--output",
            file.toString());
    assertEquals(0, curtain(command, "--resume").status());
    byte[] written = Files.readAllBytes(file);
    assertEquals(new Run(0, "", whole("export", file)), curtain(command, "--resume"));
    String changed = curtain(command, "--resume", "--gate", "hard", "--mean", "0,0,0").err();
    assertEquals(
        "curtain: --resume: %s was made with other settings: --mean was 0.485,0.456,0.406, is 0.0,0.0,0.0; --gate was sigmoid, is hard; give the same, or --overwrite to begin again%n"
            .formatted(file),
        changed);
    WeightsFile.demoCnn(weights, 2);
    String other = curtain(command, "--resume").err();
    assertTrue(other.contains("weights_sha256 was "), other);
    assertFalse(other.contains("--" + "gate was"), other);
    Files.writeString(weights, "none");
    assertEquals(1, curtain(command, "--overwrite").status());
    assertArrayEquals(written, Files.readAllBytes(file));
    assertAlone(weights, file);
  }

  @Test
  void anothersFileIsNotGoneOnWith() throws Exception {
    Path gram = gram("gram");
    Path file = dir.resolve("file");
    List<String> command =
        List.of("report", "--resume", "--input", gram.toString(), "--output", file.toString());
    Path weights = dir.resolve("net.safetensors");
    WeightsFile.demoCnn(weights, 1);
    List<String> export =
        List.of(
            "export",
            "--resume",
            "--model",
            "demo_cnn",
            "--weights",
            weights.toString(),
            "--output",
            file.toString());
    for (String content :
        List.of(
            "",
            "mine",
            "<meta name=\"curtain-settings\" content=\"",
            "<meta name=\"curtain-settings\" content=\"{&quot;input&quot;:{}}\">",
            "<meta name=\"curtain-settings\" content=\"null\">")) {
      Files.writeString(file, content);
      String refused =
          "curtain: --resume: %s does not say that curtain %s made it; choose another file, or --overwrite%n";
      assertEquals(refused.formatted(file, "report"), curtain(command).err());
      assertEquals(refused.formatted(file, "export"), curtain(export).err());
      assertEquals(content, Files.readString(file));
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("curtain/extra/settings.json"));
      zip.write("[".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertTrue(curtain(export).err().contains("does not say that curtain export made it"));
    assertEquals(Optional.empty(), SettingsJson.read("{\"a\": "));
  }

  @Test
  void whatIsReadIsNotReplaced() throws Exception {
    Path weights = dir.resolve("net.safetensors");
    WeightsFile.demoCnn(weights, 1);
    byte[] written = Files.readAllBytes(weights);
    Path link = Files.createSymbolicLink(dir.resolve("link"), weights);
    for (Path output : List.of(weights, link)) {
      String refused =
          Run.curtain(
                  "export",
                  "--overwrite",
                  "--model",
                  "demo_cnn",
                  "--weights",
                  weights.toString(),
                  "--output",
                  output.toString())
              .err();
      assertEquals(
          "curtain: --output %s is in the place of --weights %s; choose another file%n"
              .formatted(output, weights),
          refused);
    }
    assertArrayEquals(written, Files.readAllBytes(weights));
    Path gram = gram("gram");
    Path made = gram.resolve("_provenance.json");
    String before = Files.readString(made);
    assertEquals(
        "curtain: --output %s is in the place of --input %s; choose another file%n"
            .formatted(made, gram),
        Run.curtain(
                "report", "--overwrite", "--input", gram.toString(), "--output", made.toString())
            .err());
    assertEquals(before, Files.readString(made));
  }
}
