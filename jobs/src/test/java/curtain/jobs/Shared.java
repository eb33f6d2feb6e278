package curtain.jobs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Photographs and trained weights, which lie beside the checkout where there are any. */
public final class Shared {
  public static final String CIFAR_WEIGHTS = "data/weights/cifar10-resnet20.th";
  public static final String CIFAR_IMAGES = "data/cifar10-sample/test";
  public static final String SQUEEZENET_WEIGHTS = "data/weights/squeezenet1_1-imagenet.pth";

  private Shared() {}

  /** Commands that may be a Python: the one of {@code -Dcurtain.python}, or the usual ones. */
  public static List<String> pythons() {
    String named = System.getProperty("curtain.python");
    return named == null ? List.of("python3", "/usr/bin/python3") : List.of(named);
  }

  /** A path there; skips the test where it is absent. */
  public static Path path(String name) {
    String shared = System.getProperty("curtain.shared");
    Path root = Path.of(System.getProperty("curtain.root", ".."));
    Path path =
        (shared == null ? root.resolve("../shared") : Path.of(shared))
            .resolve(name)
            .toAbsolutePath()
            .normalize();
    assumeTrue(Files.exists(path), "skipped: no " + path + " (set curtain.shared)");
    return path;
  }
}
