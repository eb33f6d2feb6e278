package curtain.jobs.devices;

import curtain.engine.DeviceReport;
import curtain.engine.Devices;
import curtain.engine.Libtorch;
import java.nio.file.Path;

/** What {@code curtain devices} says, in a process of its own that starts in half the time. */
final class Reported {
  private Reported() {}

  /** The arguments are a device and perhaps a folder of natives. */
  public static void main(String[] arguments) {
    DeviceReport report;
    try {
      if (arguments.length > 1) {
        Libtorch.choose(Path.of(arguments[1]));
      }
      report = DeviceReport.of(Devices.of(arguments[0], 0), arguments[0]);
    } catch (IllegalArgumentException e) {
      report = DeviceReport.failed(e.getMessage());
    }
    report.lines().forEach(line -> System.out.println(line.name() + ": " + line.text()));
    System.exit(report.fails() ? 1 : 0);
  }
}
