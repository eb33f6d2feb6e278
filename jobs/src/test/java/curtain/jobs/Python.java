package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Python with PyTorch, for comparisons. */
final class Python {
  /** Looked for once, since PyTorch is slow to import; empty where there is none. */
  private static String python;

  private Python() {}

  /** The command; skips the test where there is no PyTorch. */
  static synchronized String required() throws InterruptedException {
    if (python == null) {
      python = find();
    }
    assumeTrue(
        !python.isEmpty(),
        "skipped: no Python with torchvision: install python3-torchvision, or name it in"
            + " -Dcurtain.python");
    return python;
  }

  /** Runs a script of src/test/python; skips the test where there is no PyTorch. */
  static List<String> run(Path scratch, String script, String... arguments)
      throws IOException, InterruptedException {
    return run(scratch, root().resolve("jobs/src/test/python").resolve(script), arguments);
  }

  /**
   * Weights as trained networks have them, which the reference's side of the tests makes.
   *
   * @param images whose statistics BatchNorm keeps
   * @param limit of images
   */
  static Path weights(Path scratch, String model, Path images, int limit)
      throws IOException, InterruptedException {
    Path file = scratch.resolve(model + ".pth");
    String questions =
        String.format(
            Locale.ROOT,
            """
        {"do": "images", "root": "%s", "size": 224, "limit": %d}
        {"do": "make", "arch": "%s", "out": "%s"}
        """,
            images,
            limit,
            model,
            file);
    run(
        scratch,
        root().resolve("common/src/test/python/oracle_server.py"),
        Shared.path("reference/oracle.py").toString(),
        Files.writeString(scratch.resolve("questions"), questions).toString());
    return file;
  }

  private static Path root() {
    return Path.of(System.getProperty("curtain.root", ".."));
  }

  private static List<String> run(Path scratch, Path file, String... arguments)
      throws IOException, InterruptedException {
    String script = file.getFileName().toString();
    List<String> command = new ArrayList<>(List.of(required(), file.toString()));
    command.addAll(List.of(arguments));
    Path out = scratch.resolve(script + ".out");
    Path err = scratch.resolve(script + ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int status = process.waitFor();
    assertEquals(0, status, script + ": " + Files.readString(err));
    return Files.readAllLines(out);
  }

  private static String find() throws InterruptedException {
    for (String command : Shared.pythons()) {
      try {
        Process process =
            new ProcessBuilder(command, "-c", "import torch, torchvision, PIL, numpy")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
          return command;
        }
      } catch (IOException e) {
        // not there: the next one
      }
    }
    return "";
  }
}
