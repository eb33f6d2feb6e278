package curtain.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.Serializable;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a process would compute on, in words: each a few words and no more than a line.
 *
 * @param device the device
 * @param memory of the device; empty where it is the CPU
 * @param driver NVIDIA's driver, or that there is none
 * @param cuda version of CUDA's runtime library, or that there is none
 * @param cudnn version of cuDNN, or that there is none
 * @param libtorch version, flavour and folder
 * @param tf32 whether convolutions of float32 are rounded to TF32
 * @param whyNot why it is not a GPU; empty where it is one, or the CPU was asked for
 */
public record DeviceReport(
    String device,
    String memory,
    String driver,
    String cuda,
    String cudnn,
    String libtorch,
    String tf32,
    String whyNot)
    implements Serializable {
  private static final String NONE = "none";

  /** A line of the report. */
  public record Line(String name, String text) {}

  /** The report where not even libtorch loads, or a GPU was asked for and there is none. */
  public static DeviceReport failed(String why) {
    return new DeviceReport(NONE, "", driverHere(), NONE, NONE, "", "", why);
  }

  /**
   * The report of this process; starts the engine.
   *
   * @param device the device that was chosen
   * @param option what was asked for, see {@link Devices#of}
   */
  public static DeviceReport of(Device device, String option) {
    boolean cuda = Libtorch.start().hasCapability("CUDA");
    Optional<Gpu> gpu = device.isGpu() ? Devices.gpu(device.getDeviceId()) : Optional.empty();
    String whyNot = device.isGpu() || option.equals("cpu") ? "" : Devices.whyNot(0).orElse("");
    return new DeviceReport(
        device.isGpu()
            ? "GPU " + device.getDeviceId() + gpu.map(each -> ", " + each).orElse("")
            : "CPU, "
                + CpuInfo.first(CpuInfo.TEXT, "model name").orElse(System.getProperty("os.arch")),
        device.isGpu() ? memory(device) : "",
        driverHere(),
        cuda ? cudaHere() : NONE,
        cuda ? cudnnHere() : NONE,
        Libtorch.here(),
        tf32(gpu, System.getenv("NVIDIA_TF32_OVERRIDE")),
        whyNot);
  }

  /**
   * What results on a GPU depend on besides the program, in one line: {@code NVIDIA H200, driver
   * 570.86.15, CUDA 12.8, cuDNN 9.7.1}.
   */
  static String gpuLine(Device gpu) {
    String driver = NvidiaDriver.version();
    return String.format(
        Locale.ROOT,
        "%s, driver %s, CUDA %s, cuDNN %s",
        Devices.gpu(gpu.getDeviceId()).map(Gpu::name).orElse("GPU"),
        driver.isEmpty() ? "unknown" : driver,
        cudaHere(),
        cudnnHere());
  }

  private static String cudaHere() {
    return CudaUtils.getGpuCount() > 0 ? NvidiaDriver.dotted(CudaUtils.getCudaVersion()) : NONE;
  }

  private static String driverHere() {
    return NvidiaDriver.find()
        .map(NvidiaDriver::toString)
        .orElse(NONE + " (" + NvidiaDriver.LIBRARY + " is not on the system's path)");
  }

  private static String memory(Device device) {
    MemoryUsage usage = CudaUtils.getGpuMemory(device);
    return String.format(
        Locale.ROOT,
        "%.1f of %.1f GiB free",
        gib(usage.getMax() - usage.getUsed()),
        gib(usage.getMax()));
  }

  private static double gib(long bytes) {
    return bytes / (double) (1L << 30);
  }

  private static String cudnnHere() {
    String library =
        Libtorch.folder()
            .flatMap(LibtorchFolder::cudnn)
            .map(Object::toString)
            .orElse("libcudnn.so.9");
    String version = NvidiaDriver.cudnn(library);
    return version.isEmpty() ? NONE : version;
  }

  /** What cuDNN does unless a program says otherwise, or a variable of NVIDIA's libraries. */
  static String tf32(Optional<Gpu> gpu, String override) {
    if (gpu.isEmpty()) {
      return "does not concern a CPU";
    }
    if (!gpu.get().hasTf32()) {
      return "not on this GPU, which is of compute capability " + gpu.get().capability();
    }
    return "0".equals(override)
        ? "off, for NVIDIA_TF32_OVERRIDE=0"
        : "in convolutions, unless a program says otherwise; not in matrix products";
  }

  /** Whether there is nothing to compute on. */
  public boolean fails() {
    return device.equals(NONE);
  }

  /** The report, line by line; without those that say nothing. */
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("device", device));
    lines.add(new Line("memory", memory));
    lines.add(new Line("driver", driver));
    lines.add(new Line("CUDA", cuda));
    lines.add(new Line("cuDNN", cudnn));
    lines.add(new Line("libtorch", libtorch));
    lines.add(new Line("TF32", tf32));
    lines.add(new Line(fails() ? "why" : "no GPU", whyNot));
    return lines.stream().filter(line -> !line.text().isEmpty()).toList();
  }
}
