package curtain.jobs;

import ai.djl.Device;
import com.google.gson.GsonBuilder;
import curtain.engine.Devices;
import curtain.engine.StabilityBenchmark;
import curtain.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain bench stability}: milliseconds an image of a micro-batch of {@code stability},
 * beside those of the compiled passes alone, without decoding and writing.
 *
 * <pre>
 * ./curtain bench stability --model cifar_resnet20 --weights final.th --checkpoints 11
 * </pre>
 */
@Command(
    name = "stability",
    description =
        "Time micro-batches of stability and the passes that they consist of, alternating.",
    footer = {
      "",
      "Prints torch, threads, net, batch, checkpoints, gates_from, passes_ms_per_image (a forward",
      "and two backward passes for each checkpoint, a forward pass for each that lends its gates,",
      "and the passes with frozen gates), stability_ms_per_image, device, peak_resident_mib.",
    })
final class BenchStability implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelArguments model;
  @Mixin private EngineArguments engine;

  @Option(
      names = "--checkpoints",
      paramLabel = "T",
      converter = Ranges.Count.class,
      defaultValue = "4",
      description =
          "Checkpoints: so many copies of --weights are loaded (default: ${DEFAULT-VALUE}).")
  private int checkpoints;

  @Option(
      names = "--gates-from",
      paramLabel = "S",
      converter = Ranges.Count.class,
      description = "How many of them lend their gates (default: all up to 12, else 12).")
  private Integer gatesFrom;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "3",
      description =
          "Timed runs of each, after one that is not; medians are printed (default:"
              + " ${DEFAULT-VALUE}).")
  private int repeat;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description = "Threads to use (default: all cores).")
  private Integer threads;

  @Option(names = "--stacktrace", description = "On failure, show where in the program.")
  @SuppressWarnings("UnusedVariable") // Main looks for it, as failures are told there
  private boolean stacktrace;

  @Override
  public Integer call() throws Exception {
    int lending = gatesFrom == null ? Math.min(checkpoints, Checkpoints.MOST_LENDING) : gatesFrom;
    if (lending > checkpoints) {
      throw new IllegalArgumentException(
          "--gates-from %d: there are %d checkpoints".formatted(lending, checkpoints));
    }
    SparkConf spark = new SparkConf();
    Network network = model.read(RunArguments.hadoop(spark)).network();
    int cores = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    ProgramFile.prepareEngine(cores);
    Device device = Devices.of(engine.device(spark, new Threads("local[1]", cores)), 0);
    int batch = engine.batchSize();
    StabilityBenchmark.Timing timing =
        StabilityBenchmark.run(network, device, batch, checkpoints, lending, repeat);

    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("torch", Version.libraries().get("pytorch"));
    figures.put("threads", cores);
    figures.put("net", model.architecture().name());
    figures.put("batch", batch);
    figures.put("checkpoints", checkpoints);
    figures.put("gates_from", lending);
    figures.put("passes_ms_per_image", timing.passes());
    figures.put("stability_ms_per_image", timing.kernel());
    figures.put("device", device.isGpu() ? "gpu" : "cpu");
    figures.put("peak_resident_mib", PeakMemory.mib());
    spec.commandLine()
        .getOut()
        .println(new GsonBuilder().serializeNulls().create().toJson(figures));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
