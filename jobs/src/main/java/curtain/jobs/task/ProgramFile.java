package curtain.jobs.task;

import ai.djl.Device;
import curtain.compile.Program;
import curtain.compile.Target;
import curtain.engine.Devices;
import curtain.engine.EngineStart;
import curtain.engine.LoadedProgram;
import curtain.engine.Machine;
import curtain.engine.NativeFolder;
import curtain.engine.OneDnn;
import curtain.engine.ProgramCache;
import curtain.engine.Warnings;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a compiled network, as a task opens it: one that Spark brought to the executor, or,
 * where tasks run in the driver's process, the driver's. Each process loads it once per device.
 *
 * @param id SHA-256 of the file
 * @param file absolute path, or the name among Spark's files
 * @param device {@code cpu}; {@code gpu}; or {@code auto}: the GPU that Spark assigns to a task,
 *     and the CPU where the process cannot compute on it
 * @param threads number of the engine's threads in each task
 */
public record ProgramFile(String id, String file, String device, int threads)
    implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramFile.class);

  private static final String CPU = "cpu";
  private static final String GPU = "gpu";

  /** The last line that this thread has logged. */
  private static final ThreadLocal<String> SAID = new ThreadLocal<>();

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
   * Decides on the driver what device tasks compute on.
   *
   * @param option {@code cpu}; {@code gpu}; or {@code auto}: a GPU where there is one, on a cluster
   *     where Spark assigns one to a task
   * @return {@code cpu}; {@code gpu}; or on a cluster that assigns GPUs {@code auto}: a GPU, unless
   *     an executor cannot compute on it
   * @throws IllegalArgumentException when a GPU was asked for and there is none, or tasks are
   *     assigned more than they can use
   */
  public static String device(String option, SparkConf conf, Threads threads) {
    if (option.equals(CPU)) {
      return CPU;
    }
    if (threads.isLocal()) {
      prepareEngine(threads.perTask());
      return Devices.of(option, 0).isGpu() ? GPU : CPU;
    }
    double amount = conf.getDouble("spark.task.resource.gpu.amount", 0);
    if (amount > 1) {
      throw new IllegalArgumentException(
          "spark.task.resource.gpu.amount is "
              + amount
              + ", and a task computes on one GPU; set it to 1, or to 0.5, say, for two tasks on a"
              + " GPU");
    }
    if (amount > 0) {
      return option;
    }
    if (option.equals(GPU)) {
      throw new IllegalArgumentException(
          "--device gpu: Spark assigns no GPU to tasks; set spark.task.resource.gpu.amount and"
              + " spark.executor.resource.gpu.amount, or use --device cpu");
    }
    if (conf.getDouble("spark.executor.resource.gpu.amount", 0) > 0) {
      Warnings.add(
          "computes on the CPU, though executors have GPUs: set spark.task.resource.gpu.amount, by"
              + " which Spark assigns them to tasks");
    }
    return CPU;
  }

  /**
   * Loads the program on this task's device, unless this process has it there, and says in the log
   * what the task computes on.
   *
   * @param batchSize images that the task has the network take at once
   * @throws IOException if the file cannot be loaded, or a GPU was asked for and this task has none
   */
  public LoadedProgram load(int batchSize) throws IOException {
    LoadedProgram loaded = load();
    log(loaded, batchSize);
    return loaded;
  }

  /** Says in the log what the running task computes on; nothing outside of one. */
  static void log(LoadedProgram loaded, int batchSize) {
    TaskContext task = TaskContext.get();
    if (task != null) {
      String line =
          String.format(
              Locale.ROOT,
              "task %d of stage %d: %s on %s, batch size %d, %s",
              task.partitionId(),
              task.stageId(),
              loaded.info().model(),
              place(loaded.device(), TaskDevice.assigned()),
              batchSize,
              precision(loaded.info().options().target()));
      if (!line.equals(SAID.get())) { // a task may load several
        SAID.set(line);
        LOG.info("{}", line);
      }
    }
  }

  private static String precision(Target target) {
    return switch (target) {
      case ANY, GPU -> "fp32";
      case GPU_TF32 -> "tf32";
      case GPU_BFLOAT16 -> "bf16";
    };
  }

  /** The addresses of the GPUs that Spark assigned to the running task; none outside of one. */
  public static List<String> assignedGpus() {
    return TaskDevice.assigned();
  }

  /** A device in words: {@code gpu 1 (Spark's address GPU-1b2c)}. */
  static String place(Device device, List<String> addresses) {
    if (!device.isGpu()) {
      return CPU;
    }
    return GPU
        + " "
        + device.getDeviceId()
        + (addresses.isEmpty() ? "" : " (Spark's address " + addresses.get(0) + ")");
  }

  /**
   * Loads the program on this task's device, unless this process has it there.
   *
   * @throws IOException if the file cannot be loaded, or a GPU was asked for and this task has none
   */
  public LoadedProgram load() throws IOException {
    Path path = Path.of(file);
    if (!path.isAbsolute()) {
      path = Path.of(SparkFiles.get(file));
    }
    return ProgramCache.get(id, path, taskDevice(device, threads));
  }

  /**
   * The device of the running task, or of this process outside of one.
   *
   * @param option {@code cpu}, {@code gpu} or {@code auto}
   * @param threads number of the engine's threads, if it has not started yet
   * @throws IOException where a GPU was asked for and is of no use, or libtorch does not load
   */
  public static Device taskDevice(String option, int threads) throws IOException {
    NativeFolder.prepare(); // a stage of Spark ML begins here on an executor
    prepareEngine(threads);
    try {
      Natives.onExecutor();
      return TaskDevice.HERE.choose(option, TaskDevice.assigned());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The machine that this process runs the program on; starts the engine.
   *
   * @throws IOException where a GPU was asked for and is of no use, or libtorch does not load
   */
  public Machine machine() throws IOException {
    Device here = taskDevice(device, threads); // chooses the libtorch that starts
    return Machine.here(threads).on(here);
  }
}
