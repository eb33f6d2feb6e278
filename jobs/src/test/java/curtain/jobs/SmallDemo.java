package curtain.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The demo with few images, run once for all tests.
 *
 * @param output its directory, with a blank in its name
 * @param arguments of the command
 * @param run what came of it
 */
record SmallDemo(Path output, List<String> arguments, Run run) {
  private static SmallDemo ran;

  /** Runs it, unless a test did. */
  static synchronized SmallDemo get() throws IOException {
    if (ran == null) {
      Path directory = Files.createTempDirectory("curtain-demo");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      Path output = directory.resolve("all of it");
      List<String> arguments =
          List.of(
              "demo",
              "--train",
              "4",
              "--held-out",
              "2",
              "--steps",
              "6",
              "--output",
              output.toString());
      ran = new SmallDemo(output, arguments, Run.curtain(arguments.toArray(String[]::new)));
    }
    return ran;
  }

  /** Runs it again. */
  Run again() {
    return Run.curtain(arguments.toArray(String[]::new));
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println(directory + " could not be deleted: " + e.getMessage());
    }
  }
}
