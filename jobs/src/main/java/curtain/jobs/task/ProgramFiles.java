package curtain.jobs.task;

import curtain.compile.Program;
import curtain.engine.HeadStart;
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
  private final List<ProgramFile> programs = new ArrayList<>();

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
    ProgramFile described = ProgramFile.of(file, threads.isLocal(), device, threads.perTask());
    programs.add(described);
    return described;
  }

  /** Begins to load the programs, which tasks in this process will use. */
  public void beginLoading() {
    List<ProgramFile> written = List.copyOf(programs);
    HeadStart.begin(
        "curtain programs",
        () -> {
          for (ProgramFile program : written) {
            program.load();
          }
        });
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
