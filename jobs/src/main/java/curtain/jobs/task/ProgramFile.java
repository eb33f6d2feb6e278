package curtain.jobs.task;

import ai.djl.Device;
import curtain.compile.Program;
import curtain.engine.Devices;
import curtain.engine.EngineStart;
import curtain.engine.LoadedProgram;
import curtain.engine.Machine;
import curtain.engine.NativeFolder;
import curtain.engine.OneDnn;
import curtain.engine.ProgramCache;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The file of a compiled network, as a task opens it: one that Spark brought to the executor, or,
 * where tasks run in the driver's process, the driver's. Each process loads it once per device.
 *
 * @param id SHA-256 of the file
 * @param file absolute path, or the name among Spark's files
 * @param device {@code cpu} or {@code gpu}
 * @param threads number of the engine's threads in each task
 */
public record ProgramFile(String id, String file, String device, int threads)
    implements Serializable {
  private static final String CPU = "cpu";
  private static final String GPU = "gpu";
  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String INTEROP_THREADS = "ai.djl.pytorch.num_interop_threads";

  /**
   * Writes a program to a new temporary file, which the caller deletes. Starts this process's
   * engine, to learn what it supports.
   *
   * @param threads number of the engine's threads in this process, if it has not started yet
   * @throws IOException if it cannot be written
   */
  public static Path write(Program program, int threads) throws IOException {
    prepareEngine(threads);
    Path file = Files.createTempFile("curtain", ".pt");
    try {
      OneDnn.write(program, file);
      return file;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /**
   * Describes a written program for tasks.
   *
   * @param local whether tasks run in this process
   * @throws IOException if the file cannot be read
   */
  public static ProgramFile of(Path file, boolean local, String device, int threads)
      throws IOException {
    return new ProgramFile(
        Sha256.of(file),
        local ? file.toAbsolutePath().toString() : file.getFileName().toString(),
        device,
        threads);
  }

  /**
   * Sets the engine's number of threads, which it reads once, when it starts; later calls have no
   * effect.
   */
  public static void prepareEngine(int threads) {
    System.setProperty(THREADS, String.valueOf(threads));
    System.setProperty(INTEROP_THREADS, "1");
  }

  /**
   * Begins to start this process's engine ahead of its first use, where tasks run in this process.
   *
   * @param option value of {@code --device}
   */
  public static void beginEngine(String option, Threads threads) {
    if (threads.isLocal()) {
      prepareEngine(threads.perTask());
      EngineStart.begin(option);
    }
  }

  /**
   * Decides on the driver what device tasks compute on, {@code cpu} or {@code gpu}.
   *
   * @param option {@code cpu}; {@code gpu}; or {@code auto}: a GPU where there is one, on a cluster
   *     where Spark assigns one to a task
   * @throws IllegalArgumentException when a GPU was asked for and there is none
   */
  public static String device(String option, SparkConf conf, Threads threads) {
    if (option.equals(CPU)) {
      return CPU;
    }
    if (threads.isLocal()) {
      prepareEngine(threads.perTask());
      return Devices.of(option, 0).isGpu() ? GPU : CPU;
    }
    if (conf.getDouble("spark.task.resource.gpu.amount", 0) > 0) {
      return GPU;
    }
    if (option.equals(GPU)) {
      throw new IllegalArgumentException(
          "--device gpu: Spark assigns no GPU to tasks; set spark.task.resource.gpu.amount and"
              + " spark.executor.resource.gpu.amount, or use --device cpu");
    }
    return CPU;
  }

  /**
   * Loads the program on this task's device, unless this process has it there.
   *
   * @throws IllegalArgumentException where a GPU was asked for and this task has none
   * @throws IOException if the file cannot be loaded
   */
  public LoadedProgram load() throws IOException {
    NativeFolder.prepare(); // a stage of Spark ML begins here on an executor
    prepareEngine(threads);
    Path path = Path.of(file);
    if (!path.isAbsolute()) {
      path = Path.of(SparkFiles.get(file));
    }
    return ProgramCache.get(id, path, here());
  }

  /** The device of this task. */
  private Device here() {
    return Devices.of(device, device.equals(GPU) ? gpu() : 0);
  }

  /** The machine that this process runs the program on; starts the engine. */
  public Machine machine() {
    prepareEngine(threads);
    return Machine.here(threads).on(here());
  }

  /** The index of the GPU that Spark assigned to this task, or 0 where Spark assigns none. */
  private static int gpu() {
    TaskContext task = TaskContext.get();
    if (task == null || !task.resourcesJMap().containsKey(GPU)) {
      return 0;
    }
    ResourceInformation assigned = task.resourcesJMap().get(GPU);
    return Integer.parseInt(assigned.addresses()[0]);
  }
}
