package curtain.jobs.devices;

import curtain.engine.DeviceReport;
import curtain.jobs.task.ProgramFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * What a task says of its device.
 *
 * @param addresses addresses of the GPUs that Spark assigned to it
 * @param report what it would compute on
 */
record Told(List<String> addresses, DeviceReport report) implements Serializable {
  Told {
    addresses = List.copyOf(addresses);
  }

  /**
   * What the calling task, or this process outside of one, has to say.
   *
   * @param option {@code cpu}, {@code gpu} or {@code auto}
   * @param threads number of the engine's threads, if it has not started yet
   */
  static Told here(String option, int threads) {
    List<String> addresses = ProgramFile.assignedGpus();
    try {
      return new Told(addresses, DeviceReport.of(ProgramFile.taskDevice(option, threads), option));
    } catch (IOException | IllegalArgumentException e) {
      return new Told(addresses, DeviceReport.failed(e.getMessage()));
    }
  }

  /** Whether it has nothing to compute on. */
  boolean fails() {
    return report.fails();
  }
}
