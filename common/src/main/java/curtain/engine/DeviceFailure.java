package curtain.engine;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/** What an exception says of the GPU that the engine computed on. */
public enum DeviceFailure {
  /** Nothing: it is of another kind. */
  NONE,
  /** The GPU's memory was too small for the call; others may follow. */
  OUT_OF_MEMORY,
  /** The process can use the GPU no more: every later call would fail, or be wrong. */
  LOST;

  private static final List<String> MEMORY =
      List.of(
          "cuda out of memory",
          "cuda error: out of memory",
          "cudnn_status_alloc_failed",
          "cublas_status_alloc_failed");

  /**
   * What CUDA, cuDNN and cuBLAS say where a kernel or the device failed, after which CUDA refuses
   * every call of the process. Other errors, a wrong argument say, are of one call.
   */
  private static final List<String> DEVICE =
      List.of(
          "illegal memory access",
          "unspecified launch failure",
          "device-side assert",
          "misaligned address",
          "illegal instruction",
          "on global/shared address space",
          "invalid program counter",
          "hardware stack error",
          "launch timed out",
          "uncorrectable ecc",
          "uncorrectable nvlink",
          "cuda error: unknown error",
          "cudnn_status_execution_failed",
          "cublas_status_execution_failed");

  /** What an exception, or one of its causes, says. */
  public static DeviceFailure of(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof EngineException && each.getMessage() != null) {
        String message = each.getMessage().toLowerCase(Locale.ROOT);
        if (MEMORY.stream().anyMatch(message::contains)) {
          return OUT_OF_MEMORY;
        }
        if (DEVICE.stream().anyMatch(message::contains)) {
          return LOST;
        }
      }
    }
    return NONE;
  }
}
