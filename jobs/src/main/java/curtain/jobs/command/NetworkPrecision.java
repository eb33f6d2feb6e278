package curtain.jobs.command;

import curtain.compile.Target;
import java.util.Locale;

/** Value of {@code --precision}: how a network's convolutions and linear maps compute (spec 11). */
public enum NetworkPrecision {
  /** In float32, on every device. */
  FP32,
  /** On a GPU, convolutions with operands rounded to TF32. */
  TF32,
  /** On a GPU, convolutions and linear maps with operands rounded to bfloat16. */
  BF16;

  /**
   * What programs are compiled for.
   *
   * @param device {@code cpu}; {@code gpu}; or {@code auto}, on which a program for GPUs may have
   *     to run on a CPU, with the same results
   * @throws IllegalArgumentException where the device has no such arithmetic
   */
  public Target target(String device) {
    boolean gpu = !device.equals("cpu");
    if (!gpu && this != FP32) {
      throw new IllegalArgumentException(
          "--precision "
              + this
              + " is for GPUs, and tasks compute on CPUs here; give --precision fp32");
    }
    return switch (this) {
      case FP32 -> Target.float32(gpu);
      case TF32 -> Target.GPU_TF32;
      case BF16 -> Target.GPU_BFLOAT16;
    };
  }

  /**
   * The device of tasks: where an executor may take the CPU instead of its GPU, and a CPU has no
   * such arithmetic, the GPU.
   *
   * @param device {@code cpu}, {@code gpu} or {@code auto}, as tasks would be told
   */
  public String device(String device) {
    return this != FP32 && device.equals("auto") ? "gpu" : device;
  }

  /** The option's value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
