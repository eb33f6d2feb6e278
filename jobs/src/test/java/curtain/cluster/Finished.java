package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that ran to its end.
 *
 * @param command what was run
 * @param exitCode its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Finished(List<String> command, int exitCode, String out, String err) {
  private static final int MINUTES = 5;

  /** Runs a command; fails the test, and ends the process and its children, after five minutes. */
  static Finished run(List<String> command, Map<String, String> environment, Path workingDirectory)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("curtain", ".out");
    Path err = Files.createTempFile("curtain", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(workingDirectory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      // What the build sets for its own tests is not what a user has.
      builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
          fail(
              String.format(
                  Locale.ROOT,
                  "%s has not ended within %d minutes:%n%s%n%s",
                  command,
                  MINUTES,
                  Files.readString(out),
                  Files.readString(err)));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Finished(
          command, process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** This, if the exit code is as expected; else the test fails with the process's output. */
  Finished expect(int code) {
    assertEquals(code, exitCode, () -> "exit code of %s:%n%s%n%s".formatted(command, out, err));
    return this;
  }
}
