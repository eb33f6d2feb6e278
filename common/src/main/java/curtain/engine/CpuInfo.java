package curtain.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What Linux says of processors in {@code /proc/cpuinfo}. */
final class CpuInfo {
  /** This machine's; empty where there is none. */
  static final String TEXT = read(Path.of("/"));

  private CpuInfo() {}

  /**
   * Reads {@code /proc/cpuinfo}.
   *
   * @param root of the file system
   * @return "" where there is none
   */
  static String read(Path root) {
    try {
      return Files.readString(root.resolve("proc/cpuinfo"));
    } catch (IOException e) {
      return "";
    }
  }

  /** Flags of the first processor, in Linux's names; the others are alike. */
  static Set<String> flags(String text) {
    return first(text, "flags")
        .map(flags -> Set.copyOf(Arrays.asList(flags.split(" +", -1))))
        .orElse(Set.of());
  }

  /** The first processor's value of this name. */
  static Optional<String> first(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
