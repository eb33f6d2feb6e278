package curtain.engine;

import java.util.List;
import java.util.Locale;

/**
 * {@code PYTORCH_VERSION} and {@code PYTORCH_FLAVOR} in the environment, as images for training
 * have them: by these DJL takes it that another libtorch is wanted than the one on the class path,
 * and downloads that.
 */
final class OtherLibtorch {
  private static final String PATH = "PYTORCH_LIBRARY_PATH";

  private OtherLibtorch() {}

  /**
   * Refuses another libtorch, unless the environment names where its libraries are.
   *
   * @throws IllegalArgumentException where it does not
   */
  static void refuse() {
    String path = System.getenv(PATH);
    if ((path != null && !path.isEmpty()) || System.getProperty(PATH) != null) {
      return;
    }
    for (String name : List.of("PYTORCH_VERSION", "PYTORCH_FLAVOR")) {
      String value = System.getenv(name);
      if (value != null && !value.isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s=%s in the environment asks for another libtorch than Curtain's; unset it (env"
                    + " -u %1$s ..., for executors spark.executorEnv.%1$s with no value), or set %s"
                    + " to that one's folder",
                name,
                value,
                PATH));
      }
    }
  }
}
