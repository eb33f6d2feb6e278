package curtain.compile;

/**
 * The devices that a program is compiled for, and the precision of its convolutions and linear maps
 * there.
 *
 * <p>Programs for a GPU have none of what pays on CPUs only: neither Winograd's convolutions and
 * their weights, nor linear maps cut into 16 rows, nor temperatures that are read back from the
 * device at every ReLU. On a CPU they compute the same, slower.
 */
public enum Target {
  /**
   * Any device. On a GPU convolutions have the precision that the process is set to, which is TF32
   * unless it is told otherwise.
   */
  ANY,
  /** A GPU, all in float32. */
  GPU,
  /** A GPU; convolutions may round operands to TF32, 10 bits behind the point. */
  GPU_TF32,
  /**
   * A GPU; convolutions and linear maps round operands and results to bfloat16, 7 bits behind the
   * point, and sum in float32.
   */
  GPU_BFLOAT16;

  /** The target whose results are those of float32, on a GPU or on any device. */
  public static Target float32(boolean gpu) {
    return gpu ? GPU : ANY;
  }

  /** Whether a program is for GPUs. */
  public boolean isGpu() {
    return this != ANY;
  }

  /** Whether results are those of float32 wherever the program runs. */
  public boolean isFloat32() {
    return this == ANY || this == GPU;
  }
}
