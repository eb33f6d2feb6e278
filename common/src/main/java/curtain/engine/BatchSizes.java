package curtain.engine;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many images this process's programs take at once on a GPU: as many as its memory holds, by
 * two measured batches, or as were asked for; and half of that, once for each program, where its
 * memory was too small after all. On a CPU it is what was asked for.
 */
public final class BatchSizes {
  private static final Logger LOG = LoggerFactory.getLogger(BatchSizes.class);

  /** Images of a batch on a CPU where the caller leaves the choice: more are no faster there. */
  private static final int CPU = 16;

  /** Images of the two batches that are measured; the difference tells what an image takes. */
  private static final int FEW = 2;

  private static final int SOME = 16;

  /**
   * The part of the free memory that batches may take: kernels of large batches may want more for
   * an image than those of small ones, and what is allocated has gaps.
   */
  private static final double PART = 0.8;

  private static final BatchSizes HERE = new BatchSizes(new CudaMemory());

  /** The memory of devices. */
  interface Memory {
    /** The number of bytes of a GPU that nobody has. */
    long free(Device device);

    /** Gives back what this process keeps of its GPUs for later calls. */
    void release();
  }

  /** The memory of NVIDIA's GPUs. */
  private static final class CudaMemory implements Memory {
    @Override
    public long free(Device device) {
      MemoryUsage usage = CudaUtils.getGpuMemory(device);
      return usage.getMax() - usage.getUsed();
    }

    @Override
    public void release() {
      if (CudaUtils.hasCuda()) {
        JniUtils.emptyCudaCache();
      }
    }
  }

  /** Runs a batch of so many images, whose results nobody wants. */
  @FunctionalInterface
  public interface Trial {
    /**
     * Runs the batch.
     *
     * @throws IOException if something cannot be loaded
     */
    void run(int images) throws IOException;
  }

  private record Chosen(int images, boolean halved) {}

  private final Memory memory;
  private final Map<String, Chosen> programs = new HashMap<>();

  BatchSizes(Memory memory) {
    this.memory = memory;
  }

  /** Those of this process. */
  public static BatchSizes here() {
    return HERE;
  }

  /**
   * The number of images that a program takes at once. It is measured once in a process for each
   * program; callers meanwhile wait.
   *
   * @param program SHA-256 of its archive
   * @param most largest number, at least 1
   * @param measured whether the memory decides, up to {@code most}, or {@code most} is asked for
   * @param tasks number of tasks that share the GPU
   * @param trial runs a batch as the caller's will be
   * @throws IOException if the trial cannot run
   */
  public synchronized int of(
      String program, Device device, int most, boolean measured, int tasks, Trial trial)
      throws IOException {
    if (!device.isGpu()) {
      return measured ? Math.min(CPU, most) : most;
    }
    Chosen chosen = programs.get(program);
    if (chosen == null) {
      chosen = new Chosen(measured ? measure(device, most, tasks, trial) : most, false);
      programs.put(program, chosen);
    }
    return Math.min(chosen.images(), most);
  }

  private int measure(Device device, int most, int tasks, Trial trial) throws IOException {
    memory.release();
    long before = memory.free(device);
    int few = Math.min(FEW, most);
    trial.run(few);
    long taken = before - memory.free(device);
    memory.release();
    int some = Math.min(SOME, most);
    if (some == few) {
      return few;
    }
    long more;
    try {
      trial.run(some);
      more = before - memory.free(device);
    } catch (RuntimeException e) {
      if (DeviceFailure.of(e) != DeviceFailure.OUT_OF_MEMORY) {
        throw e;
      }
      more = Long.MAX_VALUE;
    }
    memory.release();
    if (more == Long.MAX_VALUE) {
      return few;
    }
    long image = Math.max(1, (more - taken) / (some - few));
    long fixed = Math.max(0, taken - few * image);
    long free = memory.free(device);
    double room = PART * free / tasks - fixed;
    int fit = (int) Math.max(1, Math.min(most, room / image));
    // a power of two: shards of a thousand images or so end with a full batch then
    int images = Integer.highestOneBit(fit);
    LOG.info(
        "batches of {} images: {} MiB free of {}, for {} tasks, {} KiB an image",
        images,
        free >> 20,
        device,
        tasks,
        image >> 10);
    return images;
  }

  /**
   * Makes a program's batches half as large, once, where a batch was too large for a GPU, and gives
   * back what the process keeps of its GPUs.
   *
   * @param failed the failure; that of a batch which another task has halved since is as good
   * @return whether batches are smaller now than that one
   */
  public synchronized boolean halve(DeviceMemoryException failed) {
    memory.release();
    Chosen chosen = programs.get(failed.program());
    if (chosen != null && chosen.images() < failed.images()) {
      return true;
    }
    if (failed.images() < 2 || (chosen != null && chosen.halved())) {
      return false;
    }
    programs.put(failed.program(), new Chosen(failed.images() / 2, true));
    LOG.warn(
        "the GPU's memory is too small for batches of {} images; {} are taken from now on",
        failed.images(),
        failed.images() / 2);
    return true;
  }
}
