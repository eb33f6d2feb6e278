package curtain.jobs.devices;

import ai.djl.util.cuda.CudaUtils;
import curtain.engine.Libtorch;
import java.nio.file.Path;

/** Starts the engine with a folder's libtorch in a process of its own, and asks DJL for GPUs. */
final class CudaRuntime {
  private CudaRuntime() {}

  /** The folder is the argument. */
  public static void main(String[] arguments) {
    Libtorch.choose(Path.of(arguments[0]));
    try {
      Libtorch.start();
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
    }
    System.out.println(CudaUtils.getGpuCount() + " GPUs, CUDA " + CudaUtils.getCudaVersion());
  }
}
