package curtain.jobs.task;

import ai.djl.Device;
import curtain.engine.Devices;
import curtain.engine.GpuAddresses;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The device of a task: a GPU that Spark assigned to it, one of several of its executor perhaps,
 * and perhaps shared with other tasks.
 *
 * @param factory makes devices
 * @param gpus finds the GPU of an address; asked where there is an address only
 */
record TaskDevice(Factory factory, Supplier<GpuAddresses> gpus) {
  /** The resource of Spark's settings, {@code spark.task.resource.gpu.amount} say. */
  static final String GPU = "gpu";

  /** As the engine of this process has it. */
  static final TaskDevice HERE = new TaskDevice(new OfEngine(), GpuAddresses::here);

  /** Makes devices. */
  interface Factory {
    /** Whether the engine can compute on GPUs at all. */
    boolean hasCuda();

    /**
     * The device of a name and, if it is a GPU, an ordinal.
     *
     * @param assigned whether a GPU was assigned
     * @throws IllegalArgumentException where it is of no use
     */
    Device of(String option, int ordinal, boolean assigned);
  }

  private record OfEngine() implements Factory {
    @Override
    public boolean hasCuda() {
      return Devices.hasCuda();
    }

    @Override
    public Device of(String option, int ordinal, boolean assigned) {
      return Devices.of(option, ordinal, assigned);
    }
  }

  /** The addresses of the GPUs that Spark assigned to the running task; none outside of one. */
  static List<String> assigned() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return List.of();
    }
    Map<String, ResourceInformation> resources = task.resourcesJMap();
    ResourceInformation gpus = resources.get(GPU);
    return gpus == null ? List.of() : List.of(gpus.addresses());
  }

  /**
   * Chooses.
   *
   * @param option {@code cpu}, {@code gpu} or {@code auto}, see {@link Devices#of}
   * @param addresses those assigned; where there are none, the first GPU that CUDA shows is meant.
   *     Of several the first is computed on
   * @throws IllegalArgumentException where an address is of no GPU here, or the GPU of no use
   */
  Device choose(String option, List<String> addresses) {
    boolean assigned = !addresses.isEmpty();
    if (option.equals("cpu") || !assigned || !factory.hasCuda()) {
      return factory.of(option, 0, assigned); // which says what is missing
    }
    return factory.of(option, gpus.get().ordinal(addresses.get(0)), true);
  }
}
