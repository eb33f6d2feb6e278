package curtain.jobs.bench;

import curtain.jobs.task.PeakMemory;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileUtil;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs commands of this program one after another, each in a process of its own: its memory is then
 * its own, and a network that is too large takes nothing with it but its process. Has a folder for
 * what commands read and write. When this process ends, the command's does, and the folder is gone.
 */
final class FreshRuns implements AutoCloseable {
  /**
   * How often the peak memory is looked at; what comes later than that before the end is missed.
   */
  private static final long LOOK_MILLIS = 20;

  /** How long a command that is stopped has for its temporary files. */
  private static final int PATIENCE_SECONDS = 10;

  private final String program;
  private final Path folder;
  private final Thread atEnd = new Thread(this::end, "curtain-bench-end");
  private Process process;
  private boolean ended;

  /**
   * A command that has ended.
   *
   * @param status its exit status
   * @param out what it printed
   * @param error the last line that it said on standard error
   * @param seconds from the start of its process to its end
   * @param peakMib the peak of its resident memory, MiB; null where the system does not tell
   */
  record Ended(int status, String out, String error, double seconds, Long peakMib) {
    /** Whether it did what it was to do. */
    boolean done() {
      return status == 0;
    }

    /** Why not, in a line. */
    String failure() {
      return error.isEmpty()
          ? "it ended with status " + status + (status == 137 ? ", killed: too little memory?" : "")
          : error;
    }
  }

  /**
   * Makes the folder.
   *
   * @param command any command of the program
   * @throws IOException when the folder cannot be made
   */
  FreshRuns(CommandSpec command) throws IOException {
    this.program = command.root().userObject().getClass().getName();
    this.folder = Files.createTempDirectory("curtain-bench");
    Runtime.getRuntime().addShutdownHook(atEnd);
  }

  /** A folder in {@code java.io.tmpdir}. */
  Path folder() {
    return folder;
  }

  /**
   * Runs a command with this process's Java, its options, class path and environment.
   *
   * @throws IOException when it cannot be started
   */
  Ended run(List<String> arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), program));
    line.addAll(arguments);
    Path out = folder.resolve("out");
    Path error = folder.resolve("error");
    long start = System.nanoTime();
    Process running =
        begin(
            new ProcessBuilder(line)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(error.toFile()));
    Long peak = null;
    while (!running.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      Long now = PeakMemory.mib(running.pid());
      peak = now == null ? peak : now;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    List<String> said = Files.readAllLines(error).stream().filter(l -> !l.isBlank()).toList();
    return new Ended(
        running.exitValue(),
        Files.readString(out),
        said.isEmpty() ? "" : said.get(said.size() - 1).strip().replaceFirst("^curtain: ", ""),
        seconds,
        peak);
  }

  private synchronized Process begin(ProcessBuilder builder) throws IOException {
    if (ended) {
      throw new IOException("no more commands are run: this one is stopped");
    }
    process = builder.start();
    return process;
  }

  /** Lets a command clean up behind itself, but not for long. */
  private synchronized void end() {
    ended = true;
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    FileUtil.fullyDelete(folder.toFile());
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      return; // this process ends, and its hook does the rest
    }
    end();
  }
}
