package curtain.images;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Runs the reference script, and finds the shared data; tests without either are skipped. */
final class Pillow {
  private static final Path ROOT =
      Path.of(System.getProperty("maven.multiModuleProjectDirectory", "")).toAbsolutePath();
  private static String python;

  private Pillow() {}

  /** One line of the script: what Pillow makes of a file under a transform. */
  record Row(String path, Transform transform, int width, int height, String result) {
    boolean error() {
      return result.startsWith("error");
    }
  }

  /** What Pillow makes of every file of a tree. */
  static List<Row> hash(Path tree) throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    for (String line : run("hash", tree).lines().toList()) {
      String[] cells = line.split("\t", -1);
      rows.add(
          new Row(
              cells[0],
              Transform.of(cells[1]),
              Integer.parseInt(cells[2]),
              Integer.parseInt(cells[3]),
              cells[4]));
    }
    return rows;
  }

  /** Writes the script's odd files into a directory. */
  static void make(Path directory) throws IOException, InterruptedException {
    run("make", directory);
  }

  /** A folder of the shared data; skips the test where it is absent. */
  static Path shared(String folder) {
    String shared = System.getProperty("curtain.shared");
    Path path =
        (shared == null ? root().resolve("../shared") : Path.of(shared))
            .resolve("data")
            .resolve(folder)
            .normalize();
    assumeTrue(Files.isDirectory(path), "skipped: no " + path + " (set curtain.shared)");
    return path;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(String what, Path argument) throws IOException, InterruptedException {
    Path script = root().resolve("common/src/test/python/pillow_pixels.py");
    Path errors = Files.createTempFile("pillow", ".txt");
    try {
      Process process =
          new ProcessBuilder(python(), script.toString(), what, argument.toString())
              .redirectError(errors.toFile())
              .start();
      byte[] out = process.getInputStream().readAllBytes();
      if (process.waitFor() != 0) {
        throw new IOException(script + " failed: " + Files.readString(errors));
      }
      return new String(out, StandardCharsets.UTF_8);
    } finally {
      Files.delete(errors);
    }
  }

  /** A Python that has Pillow 9.4 and torchvision; property curtain.python names another. */
  private static synchronized String python() {
    if (python == null) {
      String check =
          "import PIL, torchvision, sys; sys.exit(not PIL.__version__.startswith('9.4'))";
      python =
          Shared.pythons().stream()
              .filter(command -> succeeds(command, "-c", check))
              .findFirst()
              .orElse("");
    }
    assumeTrue(
        !python.isEmpty(),
        "skipped: no python3 with Pillow 9.4 and torchvision (python3-torchvision; or set"
            + " curtain.python)");
    return python;
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /** The repository: tests run in it or in one of its modules. */
  private static Path root() {
    return Files.isDirectory(ROOT.resolve("common")) ? ROOT : ROOT.getParent();
  }
}
