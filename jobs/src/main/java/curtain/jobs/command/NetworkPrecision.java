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
   * @param device {@code cpu} or {@code gpu}
   * @throws IllegalArgumentException where the device has no such arithmetic
   */
  public Target target(String device) {
    boolean gpu = device.equals("gpu");
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

  /** The option's value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
