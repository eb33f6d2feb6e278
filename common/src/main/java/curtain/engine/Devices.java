package curtain.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.cuda.CudaUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Chooses the device that a process computes on. */
public final class Devices {
  private static final String CPU = "cpu";

  /** For each ordinal that was asked for why it is of no use, or an empty text. */
  private static final Map<Integer, String> TRIED = new HashMap<>();

  private Devices() {}

  /**
   * The device of a name: {@code cpu}; {@code gpu}, which fails where there is none; {@code auto},
   * a GPU where one is of use. Where {@code auto} takes the CPU though there is a GPU, that is a
   * {@linkplain Warnings warning}.
   *
   * @param gpu ordinal of the GPU, as CUDA counts in this process
   * @throws IllegalArgumentException if the name is none of the three, or a GPU was asked for and
   *     is of no use, or libtorch does not load
   */
  public static Device of(String option, int gpu) {
    return of(option, gpu, false);
  }

  /**
   * As {@link #of(String, int)}.
   *
   * @param assigned whether a scheduler has assigned a GPU, so that there ought to be one
   */
  public static Device of(String option, int gpu, boolean assigned) {
    Libtorch.prepare();
    return switch (option) {
      case CPU -> Device.cpu();
      case "auto" -> {
        Optional<String> why = whyNot(gpu);
        if (why.isPresent() && (assigned || hasGpus())) {
          Warnings.add(
              "computes on the CPU, though there is a GPU, for device is auto: " + why.get());
        }
        yield why.isPresent() ? Device.cpu() : Device.gpu(gpu);
      }
      case "gpu" -> {
        Optional<String> why = whyNot(gpu);
        if (why.isPresent()) {
          throw new IllegalArgumentException("device gpu: " + why.get() + "; or use device cpu");
        }
        yield Device.gpu(gpu);
      }
      default ->
          throw new IllegalArgumentException("device '" + option + "' is not auto, cpu or gpu");
    };
  }

  /** Whether libtorch is one for CUDA; starts the engine. */
  public static boolean hasCuda() {
    return Libtorch.start().hasCapability("CUDA");
  }

  /** Whether the driver shows this process a GPU, whatever libtorch can do with it. */
  private static boolean hasGpus() {
    try {
      return NvidiaDriver.find().map(driver -> !driver.gpus().isEmpty()).orElse(false);
    } catch (IllegalArgumentException e) {
      return true; // there is a driver, and whoever asks for its GPUs gets to know what it says
    }
  }

  /**
   * Why a GPU cannot be computed on, and what to do; starts the engine.
   *
   * @param ordinal number of the GPU in this process
   * @return the reason; none where it can
   */
  static Optional<String> whyNot(int ordinal) {
    if (!hasCuda()) {
      String unused = Libtorch.unused();
      return Optional.of(
          unused != null
              ? unused
              : String.format(
                  Locale.ROOT,
                  "%s computes on no GPU; give natives, the folder of a libtorch %s for CUDA",
                  Libtorch.here(),
                  LibtorchFolder.pinned()));
    }
    if (CudaUtils.getGpuCount() == 0) {
      return Optional.of(whyNone());
    }
    if (CudaUtils.getGpuCount() <= ordinal) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "CUDA shows %d GPUs to this process, and number %d was asked for, from 0",
              CudaUtils.getGpuCount(),
              ordinal));
    }
    String tried;
    synchronized (TRIED) {
      tried = TRIED.computeIfAbsent(ordinal, Devices::tried);
    }
    return tried.isEmpty() ? Optional.empty() : Optional.of(tried);
  }

  /** Why CUDA counts no GPU, with the versions that do not fit where it is these. */
  private static String whyNone() {
    String flavour = Libtorch.folder().map(LibtorchFolder::flavour).orElse("");
    String needed = LibtorchFolder.cudaVersion(flavour);
    Optional<NvidiaDriver> driver = NvidiaDriver.find();
    if (driver.isEmpty()) {
      return String.format(
          Locale.ROOT,
          "%s needs NVIDIA's driver, for CUDA %s, and this machine has none (%s)",
          Libtorch.here(),
          needed,
          NvidiaDriver.LIBRARY);
    }
    List<Gpu> gpus;
    try {
      gpus = driver.get().gpus();
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    if (gpus.isEmpty()) {
      String visible = System.getenv("CUDA_VISIBLE_DEVICES");
      return "NVIDIA's driver shows this process no GPU"
          + (visible == null ? "" : " (CUDA_VISIBLE_DEVICES=" + visible + ")");
    }
    if (Libtorch.folder().flatMap(LibtorchFolder::runtime).isEmpty()) {
      return String.format(
          Locale.ROOT,
          "libcudart of CUDA %s is neither beside %s nor on the system's path; put it there",
          needed,
          Libtorch.here());
    }
    return String.format(
        Locale.ROOT,
        "NVIDIA's driver here is %s, and %s needs CUDA %s; install a newer driver",
        driver.get(),
        Libtorch.here(),
        needed);
  }

  /** Adds on the GPU: one too old, or too new, has no code of libtorch's that it can run. */
  private static String tried(int ordinal) {
    try (NDManager manager = NDManager.newBaseManager(Device.gpu(ordinal), "PyTorch")) {
      float two = manager.ones(new Shape(1)).add(1).getFloat();
      return two == 2 ? "" : "1 + 1 is " + two + " on GPU " + ordinal;
    } catch (EngineException e) {
      return String.format(
          Locale.ROOT,
          "GPU %d (%s) does not run the code of %s: %s",
          ordinal,
          gpu(ordinal).map(Gpu::toString).orElse("unknown"),
          Libtorch.here(),
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  /** What the driver says of a GPU. */
  static Optional<Gpu> gpu(int ordinal) {
    try {
      return NvidiaDriver.find().stream()
          .flatMap(driver -> driver.gpus().stream())
          .filter(gpu -> gpu.ordinal() == ordinal)
          .findFirst();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
