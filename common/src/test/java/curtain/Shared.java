package curtain;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What tests find outside the repository: the shared folder, and a Python with torchvision. */
public final class Shared {
  private static String python;

  private Shared() {}

  /** The repository's root; tests run in one of its modules. */
  public static Path root() {
    String root = System.getProperty("curtain.root");
    Path directory = Path.of(root == null ? "" : root).toAbsolutePath();
    return Files.isDirectory(directory.resolve("common")) ? directory : directory.getParent();
  }

  /** A file or folder of the shared folder; the test is skipped where it is absent. */
  public static Path path(String relative) {
    String shared = System.getProperty("curtain.shared");
    Path path =
        (shared == null ? root().resolveSibling("shared") : Path.of(shared))
            .resolve(relative)
            .normalize();
    assumeTrue(Files.exists(path), "skipped: no " + path + " (set curtain.shared)");
    return path;
  }

  /** Whether the long version of a test was asked for, by {@code -Dcurtain.full=true}. */
  public static boolean full() {
    return Boolean.getBoolean("curtain.full");
  }

  /** Commands that may be a Python: the one of {@code -Dcurtain.python}, or the usual ones. */
  public static List<String> pythons() {
    String named = System.getProperty("curtain.python");
    return named == null ? List.of("python3", "/usr/bin/python3") : List.of(named);
  }

  /** A Python with PyTorch and torchvision; the test is skipped where there is none. */
  public static synchronized String python() {
    if (python == null) {
      python = pythons().stream().filter(Shared::hasTorchvision).findFirst().orElse("");
    }
    assumeTrue(
        !python.isEmpty(),
        "skipped: no python3 with torchvision (python3-torchvision; or set curtain.python)");
    return python;
  }

  private static boolean hasTorchvision(String command) {
    try {
      return new ProcessBuilder(command, "-c", "import torchvision")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
