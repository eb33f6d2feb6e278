package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.engine.GpuAddresses;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which device tasks ask for, of addresses that are pretended, by a factory that records them. */
@Tag("fast")
final class TaskDeviceTest {
  private static final String A = "aaaaaaaa-0000-0000-0000-000000000001";
  private static final String B = "bbbbbbbb-0000-0000-0000-000000000002";

  /** Of two GPUs, which CUDA counts the other way round. */
  private static final GpuAddresses SWAPPED =
      new GpuAddresses(List.of("GPU-" + A, "GPU-" + B), List.of(B, A), "");

  private final List<String> asked = new ArrayList<>();

  private final class Recording implements TaskDevice.Factory {
    private final boolean cuda;

    Recording(boolean cuda) {
      this.cuda = cuda;
    }

    @Override
    public boolean hasCuda() {
      return cuda;
    }

    @Override
    public Device of(String option, int ordinal, boolean assigned) {
      asked.add(option + " " + ordinal + (assigned ? " assigned" : ""));
      if (option.equals("gpu") && !cuda) {
        throw new IllegalArgumentException("no GPU");
      }
      return option.equals("cpu") || !cuda ? Device.cpu() : Device.gpu(ordinal);
    }
  }

  private Device choose(boolean cuda, String option, String... addresses) {
    return new TaskDevice(new Recording(cuda), () -> SWAPPED).choose(option, List.of(addresses));
  }

  @Test
  void tasksOfAnExecutorGetTheGpusThatSparkAssignedToThem() {
    // a GPU that two tasks share has the same address in both
    for (String address : List.of("0", "1", "1", "GPU-" + A, "GPU-bbbb")) {
      assertTrue(choose(true, "auto", address).isGpu());
    }
    assertEquals(Device.gpu(1), choose(true, "gpu", "0"));
    assertEquals(Device.gpu(0), choose(true, "gpu", "1", "0")); // of several the first
    assertEquals(
        List.of(
            "auto 1 assigned",
            "auto 0 assigned",
            "auto 0 assigned",
            "auto 1 assigned",
            "auto 0 assigned",
            "gpu 1 assigned",
            "gpu 0 assigned"),
        asked);
  }

  @Test
  void withoutAnAddressTheFirstIsMeantAndWithoutAGpuNone() {
    choose(true, "auto");
    choose(true, "gpu");
    assertEquals(Device.cpu(), choose(true, "cpu", "1"));
    assertEquals(List.of("auto 0", "gpu 0", "cpu 0 assigned"), asked);
  }

  /** And the GPUs are not asked for, of which such natives know nothing. */
  @Test
  void nativesOfTheCpuAreTheCpu() {
    TaskDevice cpu =
        new TaskDevice(
            new Recording(false),
            () -> {
              throw new AssertionError("asked");
            });
    assertEquals(Device.cpu(), cpu.choose("auto", List.of("1")));
    assertThrows(IllegalArgumentException.class, () -> cpu.choose("gpu", List.of("1")));
    assertEquals(List.of("auto 0 assigned", "gpu 0 assigned"), asked);
  }

  @Test
  void aGpuThatIsNotHereIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> choose(true, "auto", "7")).getMessage();
    assertTrue(message.startsWith("GPU 7 was assigned"), message);
    assertEquals(List.of(), asked);
  }

  @Test
  void aDeviceIsNamedInTheLog() {
    assertEquals("cpu", ProgramFile.place(Device.cpu(), List.of("3")));
    assertEquals("gpu 1", ProgramFile.place(Device.gpu(1), List.of()));
    assertEquals("gpu 1 (Spark's address 3)", ProgramFile.place(Device.gpu(1), List.of("3")));
  }

  private static String decided(String option, String... settings) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return ProgramFile.device(option, conf, new Threads("spark://host:7077", 1));
  }

  @Test
  void theDriverDecidesBySparksSettings() {
    String task = "spark.task.resource.gpu.amount";
    assertEquals("auto", decided("auto", task, "0.25"));
    assertEquals("gpu", decided("gpu", task, "1"));
    assertEquals("cpu", decided("cpu", task, "1"));
    assertEquals("cpu", decided("auto"));
    assertEquals("cpu", decided("auto", "spark.executor.resource.gpu.amount", "1"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> decided("auto", task, "2")).getMessage();
    assertTrue(message.startsWith("spark.task.resource.gpu.amount is 2.0"), message);
    assertThrows(IllegalArgumentException.class, () -> decided("gpu"));
  }
}
