package curtain.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;

/** Chooses the device that a process computes on. */
public final class Devices {
  private Devices() {}

  /**
   * The device of a name: {@code cpu}; {@code gpu}, which fails where there is none; {@code auto},
   * a GPU where there is one.
   *
   * @param gpu index of the GPU that was assigned to this task
   * @throws IllegalArgumentException if the name is none of the three, or a GPU was asked for and
   *     the engine does not see it
   */
  public static Device of(String option, int gpu) {
    InstructionLimit.apply();
    OtherLibtorch.refuse();
    int gpus = option.equals("cpu") ? 0 : Engine.getEngine("PyTorch").getGpuCount();
    return switch (option) {
      case "cpu" -> Device.cpu();
      case "auto" -> gpus > gpu ? Device.gpu(gpu) : Device.cpu();
      case "gpu" -> {
        if (gpus <= gpu) {
          throw new IllegalArgumentException(
              "device gpu: PyTorch sees "
                  + gpus
                  + " GPUs here and number "
                  + gpu
                  + " was asked for; use device cpu, or give the process a libtorch with CUDA"
                  + " (PYTORCH_LIBRARY_PATH)");
        }
        yield Device.gpu(gpu);
      }
      default ->
          throw new IllegalArgumentException("device '" + option + "' is not auto, cpu or gpu");
    };
  }
}
