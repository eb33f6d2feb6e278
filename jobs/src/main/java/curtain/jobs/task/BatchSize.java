package curtain.jobs.task;

import curtain.engine.BatchSizes;
import curtain.engine.DeviceFailure;
import curtain.engine.DeviceMemoryException;
import curtain.engine.LoadedProgram;
import java.io.IOException;
import java.io.Serializable;

/**
 * Value of {@code --batch-size}: how many images a network takes at once.
 *
 * @param most largest number, at least 1
 * @param auto whether a GPU's memory decides, up to {@code most}; a CPU takes 16 then
 */
public record BatchSize(int most, boolean auto) implements Serializable {
  /** The largest number where the memory decides and no other bound is given. */
  public static final int MOST = 256;

  /** Images of which shards are multiples where the batch is not known before. */
  private static final int UNIT = 64;

  private static final String AUTO = "auto";

  /** A number of images. */
  public static BatchSize of(int images) {
    return new BatchSize(images, false);
  }

  /** As many images as fit, up to a number. */
  public static BatchSize auto(int most) {
    return new BatchSize(most, true);
  }

  /** The same, of at most so many images. */
  public BatchSize atMost(int images) {
    return new BatchSize(Math.max(1, Math.min(most, images)), auto);
  }

  /** The number of images of which shards are multiples. */
  public int unit() {
    return auto ? Math.min(most, UNIT) : most;
  }

  /** Work of a task, in batches of a size. */
  @FunctionalInterface
  public interface Work {
    /**
     * Does the work.
     *
     * @param size images of a batch
     * @return what the caller is to get
     * @throws IOException when storage fails
     */
    long run(int size) throws IOException;
  }

  /**
   * Does a task's work in batches of the size that this process takes, and says in the log what it
   * computes on.
   *
   * @param program the program whose batches they are
   * @param loaded the same, on its device
   * @param trial runs one batch of black images
   * @return what the work returns
   * @throws DeviceMemoryException where a batch was too large for the device
   * @throws IOException when storage fails
   */
  public long run(ProgramFile program, LoadedProgram loaded, BatchSizes.Trial trial, Work work)
      throws IOException {
    int size = most;
    try {
      size =
          BatchSizes.here().of(program.id(), loaded.device(), most, auto, GpuShare.tasks(), trial);
      ProgramFile.log(loaded, size);
      return work.run(size);
    } catch (RuntimeException e) {
      if (DeviceFailure.of(e) == DeviceFailure.OUT_OF_MEMORY) {
        throw new DeviceMemoryException(program.id(), size, e);
      }
      throw e;
    }
  }

  /** The option's value. */
  @Override
  public String toString() {
    return auto ? most == MOST ? AUTO : AUTO + ":" + most : String.valueOf(most);
  }
}
