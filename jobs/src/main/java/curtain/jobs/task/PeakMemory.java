package curtain.jobs.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The peak memory of processes. */
public final class PeakMemory {
  private static final int KIB_PER_MIB = 1024;

  private PeakMemory() {}

  /**
   * The peak of this process's resident memory, MiB, as Linux counts it; null where it cannot be
   * read.
   */
  public static Long mib() {
    return mib(ProcessHandle.current().pid());
  }

  /**
   * The peak of a process's resident memory so far, MiB, as Linux counts it; null where it cannot
   * be read, or the process has ended.
   */
  public static Long mib(long process) {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of("/proc", String.valueOf(process), "status"));
    } catch (IOException e) {
      return null;
    }
    for (String line : lines) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB;
      }
    }
    return null;
  }
}
