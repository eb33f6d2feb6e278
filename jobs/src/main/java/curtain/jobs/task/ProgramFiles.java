package curtain.jobs.task;

import curtain.compile.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiled networks of a job in temporary files, which are deleted when it is done. */
public final class ProgramFiles implements AutoCloseable {
  private final Threads threads;
  private final String device;
  private final List<Path> files = new ArrayList<>();

  /**
   * None yet.
   *
   * @param device of the tasks, {@code cpu} or {@code gpu}
   */
  public ProgramFiles(Threads threads, String device) {
    this.threads = threads;
    this.device = device;
  }

  /**
   * Writes a program; the result is how tasks find it.
   *
   * @throws IOException if it cannot be written
   */
  public ProgramFile add(Program program) throws IOException {
    Path file = ProgramFile.write(program, threads.perTask());
    files.add(file);
    return ProgramFile.of(file, threads.isLocal(), device, threads.perTask());
  }

  /** What Spark brings to executors: nothing where tasks run in this process. */
  public List<Path> shipped() {
    return threads.isLocal() ? List.of() : List.copyOf(files);
  }

  @Override
  public void close() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
