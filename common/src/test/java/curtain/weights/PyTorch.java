package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.fixtures.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Python with PyTorch, for comparisons. */
final class PyTorch {
  static final String ABSENT =
      "no Python with torch: install python3-torch, or name it in -Dcurtain.python";

  private static final String PYTHON = find();

  private PyTorch() {}

  static boolean present() {
    return PYTHON != null;
  }

  /** Runs a script of src/test/python and returns its lines. */
  static List<String> run(Path scratch, String script, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PYTHON, "src/test/python/" + script));
    command.addAll(arguments);
    Path out = scratch.resolve(script + ".out");
    Path err = scratch.resolve(script + ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> script + ": " + err.toFile());
    return Files.readAllLines(out);
  }

  private static String find() {
    for (String python : Shared.pythons()) {
      try {
        Process process =
            new ProcessBuilder(python, "-c", "import torch")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
          return python;
        }
      } catch (IOException e) {
        // not there: the next one
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return null;
  }
}
