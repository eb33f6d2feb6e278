package curtain.jobs.task;

import curtain.compile.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The compiled networks of a job, in temporary files that are deleted when this is closed. */
public final class ProgramFiles implements AutoCloseable {
  private final Threads threads;
  private final String device;
  private final List<Path> files = new ArrayList<>();

  /**
   * Begins without files.
   *
   * @param threads threads of a task
   * @param device device of the tasks, {@code cpu} or {@code gpu}
   */
  public ProgramFiles(Threads threads, String device) {
    this.threads = threads;
    this.device = device;
  }

  /**
   * Writes a program, and describes the file for tasks.
   *
   * @throws IOException if it cannot be written
   */
  public ProgramFile add(Program program) throws IOException {
    Path file = ProgramFile.write(program, threads.perTask());
    files.add(file);
    return ProgramFile.of(file, threads.isLocal(), device, threads.perTask());
  }

  /** The files that Spark has to bring to executors; none where tasks run in this process. */
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
