package curtain.engine;

import curtain.compile.Target;
import java.util.Map;

/**
 * Variables of the environment by which NVIDIA's and PyTorch's libraries take TF32 for float32, or
 * do not, against what a program says. It is refused to run against them.
 */
final class Tf32Switches {
  /** Of NVIDIA's libraries: 0 forbids TF32 everywhere, anything else is for their debugging. */
  static final String NVIDIA = "NVIDIA_TF32_OVERRIDE";

  /** Of PyTorch: 1 allows TF32 in products of matrices. */
  static final String PYTORCH = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

  private Tf32Switches() {}

  /**
   * Refuses an environment that changes the arithmetic of programs for GPUs.
   *
   * @param environment of the process that computes
   * @throws IllegalArgumentException that names the variable
   */
  static void refuse(Target target, Map<String, String> environment) {
    String nvidia = environment.get(NVIDIA);
    boolean forbidden = "0".equals(nvidia);
    if (target == Target.GPU_TF32 && forbidden) {
      throw refused(NVIDIA, nvidia, "forbids TF32, which precision tf32 asks for");
    }
    if (target.isGpu() && nvidia != null && !forbidden) {
      throw refused(NVIDIA, nvidia, "overrides what precision says");
    }
    String pytorch = environment.get(PYTORCH);
    if (target.isGpu() && pytorch != null && !pytorch.equals("0") && !forbidden) {
      throw refused(PYTORCH, pytorch, "makes products of float32 matrices TF32");
    }
  }

  private static IllegalArgumentException refused(String name, String value, String why) {
    return new IllegalArgumentException(
        name + "=" + value + " in the environment of the process " + why + "; unset it");
  }
}
