package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A run of the program in a process of its own, killed when it has come so far. */
final class KilledRun {
  private KilledRun() {}

  /**
   * Starts it, and kills it.
   *
   * @param log takes what it prints
   * @param markers directory of the JSON files of what is done
   * @param enough number of them
   */
  static void of(List<String> arguments, Path log, Path markers, int enough) throws Exception {
    // it will not live to repay C2
    List<String> command = Jvm.command("curtain.jobs.Main", "-XX:TieredStopAtLevel=1");
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (files(markers, ".json").size() < enough) {
        assertTrue(process.isAlive() && System.nanoTime() < deadline, Files.readString(log));
        Thread.sleep(5);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Files whose names end so, by name, and when they were written. */
  static Map<String, FileTime> files(Path directory, String suffix) throws Exception {
    Map<String, FileTime> found = new HashMap<>();
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(f -> f.toString().endsWith(suffix)).toList()) {
          found.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
        }
      }
    }
    return found;
  }
}
