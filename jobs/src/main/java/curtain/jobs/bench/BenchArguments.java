package curtain.jobs.bench;

import ai.djl.Device;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.engine.Devices;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.RunArguments;
import curtain.jobs.task.PeakMemory;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import curtain.network.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that all benchmarks share, and the figures that all of them print. */
final class BenchArguments {
  @Mixin private ModelArguments model;
  @Mixin private EngineArguments engine;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "3",
      description =
          "Timed passes, after untimed ones; their median is printed (default: ${DEFAULT-VALUE}).")
  private int repeat;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description = "Threads to use (default: all cores).")
  private Integer threads;

  /**
   * Reads the network.
   *
   * @throws IOException when storage fails, or the weights do not fit the model
   */
  Network network() throws IOException {
    return model.read(RunArguments.hadoop(new SparkConf())).network();
  }

  /** Prepares the engine and chooses the device. */
  Device device() {
    ProgramFile.prepareEngine(cores());
    return Devices.of(engine.device(new SparkConf(), new Threads("local[1]", cores())), 0);
  }

  int batchSize() {
    return engine.batchSize();
  }

  int repeat() {
    return repeat;
  }

  private int cores() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** The first figures of every benchmark: engine, threads, network and batch. */
  Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("torch", Version.libraries().get("pytorch"));
    figures.put("threads", cores());
    figures.put("net", model.architecture().name());
    figures.put("batch", batchSize());
    return figures;
  }

  /** Adds the last figures of every benchmark: device, and peak memory of the process in MiB. */
  static void putPlace(Map<String, Object> figures, Device device) throws IOException {
    figures.put("device", device.isGpu() ? "gpu" : "cpu");
    figures.put("peak_resident_mib", PeakMemory.mib());
  }

  /** Prints the figures as one JSON line. */
  static void print(Map<String, Object> figures, PrintWriter out) throws JsonProcessingException {
    out.println(new ObjectMapper().writeValueAsString(figures));
    out.flush();
  }
}
