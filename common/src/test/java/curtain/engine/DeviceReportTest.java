package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said of devices. */
@Tag("fast")
final class DeviceReportTest {
  private static final Gpu H200 =
      new Gpu(1, "NVIDIA H200", "1b2c3d4e-0000-0000-0000-000000000001", 150_754_820_096L, "9.0");
  private static final Gpu T4 = new Gpu(0, "Tesla T4", "0", 16L << 30, "7.5");

  @Test
  void tf32IsOfTheGpuAndOfAVariable() {
    assertEquals("does not concern a CPU", DeviceReport.tf32(Optional.empty(), null));
    assertTrue(DeviceReport.tf32(Optional.of(H200), null).startsWith("in convolutions"));
    assertTrue(DeviceReport.tf32(Optional.of(H200), "1").startsWith("in convolutions"));
    assertTrue(DeviceReport.tf32(Optional.of(H200), "0").startsWith("off"));
    assertTrue(DeviceReport.tf32(Optional.of(T4), null).startsWith("not on this GPU"));
  }

  @Test
  void aGpuIsNamedInALine() {
    assertEquals(
        "NVIDIA H200, 140 GiB, compute capability 9.0, GPU-1b2c3d4e-0000-0000-0000-000000000001",
        H200.toString());
    assertEquals("12.8", NvidiaDriver.dotted(12_080));
    assertEquals("11.4", NvidiaDriver.dotted(11_040));
  }

  @Test
  void whatFailedSaysWhy() {
    DeviceReport failed = DeviceReport.failed("no GPU");
    assertTrue(failed.fails());
    List<DeviceReport.Line> lines = failed.lines();
    assertEquals(new DeviceReport.Line("why", "no GPU"), lines.get(lines.size() - 1));
    assertTrue(lines.stream().noneMatch(line -> line.text().isEmpty()), lines.toString());
  }
}
