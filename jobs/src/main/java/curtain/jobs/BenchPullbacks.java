package curtain.jobs;

import ai.djl.Device;
import com.google.gson.GsonBuilder;
import curtain.engine.Devices;
import curtain.engine.PullbackBenchmark;
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
 * {@code curtain bench pullbacks}: milliseconds an image of a forward pass and of the pullbacks of
 * all targets, without decoding and writing.
 *
 * <pre>
 * ./curtain bench pullbacks --model resnet50 --weights resnet50.pth --batch-size 16 --threads 2 --peer
 * </pre>
 */
@Command(
    name = "pullbacks",
    description = "Time forward passes and pullbacks (sigmoid gates, softmax pools, T = 0.3).",
    footer = {
      "",
      "Prints torch, threads, net, batch, targets, forward_ms_per_image, pullbacks_ms_per_image,",
      "device, peak_resident_mib (of the process so far; null where the system does not tell);",
      "with --peer also peer_forward_ms_per_image, peer_pullbacks_ms_per_image.",
    })
final class BenchPullbacks implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelArguments model;
  @Mixin private EngineArguments engine;

  @Option(
      names = "--targets",
      paramLabel = "K",
      converter = Ranges.Count.class,
      defaultValue = "1",
      description = "Targets of each image: classes 0 to K - 1 (default: ${DEFAULT-VALUE}).")
  private int targets;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "3",
      description =
          "Timed passes, after one that is not; their median is printed (default:"
              + " ${DEFAULT-VALUE}).")
  private int repeat;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description = "Threads to use (default: all cores).")
  private Integer threads;

  @Option(
      names = "--peer",
      description =
          "Time PyTorch's eager autograd over straight-through gates, too, in the same process: a"
              + " forward and a backward pass for each target.")
  private boolean peer;

  @Option(names = "--stacktrace", description = "On failure, show where in the program.")
  @SuppressWarnings("UnusedVariable") // Main looks for it, as failures are told there
  private boolean stacktrace;

  @Override
  public Integer call() throws Exception {
    SparkConf spark = new SparkConf();
    Network network = model.read(RunArguments.hadoop(spark)).network();
    if (targets > network.classes()) {
      throw new IllegalArgumentException(
          "--targets " + targets + ": the network has " + network.classes() + " classes");
    }
    int cores = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    ProgramFile.prepareEngine(cores);
    Device device = Devices.of(engine.device(spark, new Threads("local[1]", cores)), 0);
    int batch = engine.batchSize();

    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("torch", Version.libraries().get("pytorch"));
    figures.put("threads", cores);
    figures.put("net", model.architecture().name());
    figures.put("batch", batch);
    figures.put("targets", targets);
    PullbackBenchmark.Timing own =
        PullbackBenchmark.compiled(network, device, batch, targets, repeat);
    figures.put("forward_ms_per_image", own.forward());
    figures.put("pullbacks_ms_per_image", own.pullbacks());
    figures.put("device", device.isGpu() ? "gpu" : "cpu");
    figures.put("peak_resident_mib", PeakMemory.mib());
    if (peer) {
      PullbackBenchmark.Timing eager =
          PullbackBenchmark.eager(network, device, batch, targets, repeat);
      figures.put("peer_forward_ms_per_image", eager.forward());
      figures.put("peer_pullbacks_ms_per_image", eager.pullbacks());
    }
    spec.commandLine()
        .getOut()
        .println(new GsonBuilder().serializeNulls().create().toJson(figures));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
