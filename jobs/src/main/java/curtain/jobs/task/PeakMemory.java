package curtain.jobs.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process has taken. */
public final class PeakMemory {
  private static final int KIB_PER_MIB = 1024;

  private PeakMemory() {}

  /** Linux's high-water mark of this process's resident memory, MiB, or null. */
  public static Long mib() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return null;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB;
      }
    }
    return null;
  }
}
