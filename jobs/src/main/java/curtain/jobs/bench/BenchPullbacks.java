package curtain.jobs.bench;

import ai.djl.Device;
import curtain.bench.PullbackBenchmark;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.TemperatureArguments;
import curtain.network.Network;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain bench pullbacks}: milliseconds per image of a forward pass and of the pullbacks of
 * all targets, without decoding and writing.
 *
 * <pre>
 * ./curtain bench pullbacks --model resnet50 --weights resnet50.pth --batch-size 16 --threads 2 --peer
 * </pre>
 */
@Command(
    name = "pullbacks",
    description = "Time forward passes and pullbacks (sigmoid gates, softmax pools).",
    footer = {
      "",
      "Prints torch, threads, net, batch, images (random, or the option's value), targets,",
      "temperature, forward_ms_per_image, pullbacks_ms_per_image,",
      "device, peak_resident_mib (of the process so far; null where the system does not tell);",
      "with --peer also peer_forward_ms_per_image, peer_pullbacks_ms_per_image.",
      "",
      "--weights random draws weights; no file is needed.",
    })
final class BenchPullbacks implements Callable<Integer> {
  private static final String IMAGES = "--images";

  @Spec private CommandSpec spec;
  @Mixin private BenchArguments bench;

  @Option(
      names = IMAGES,
      paramLabel = "URI",
      description =
          "Images, as pullbacks takes them: the first ones fill the batch, again and again where"
              + " they are fewer (default: random numbers).")
  private String images;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.3",
      converter = TemperatureArguments.TemperatureConverter.class,
      description =
          "Temperature of gates and pools, in units of the pre-activations, above 0 (default:"
              + " ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--targets",
      paramLabel = "K",
      converter = Ranges.Count.class,
      defaultValue = "1",
      description = "Targets of each image: classes 0 to K - 1 (default: ${DEFAULT-VALUE}).")
  private int targets;

  @Option(
      names = "--peer",
      description =
          "Also time PyTorch's eager autograd over straight-through gates, in the same process: a"
              + " forward and a backward pass for each target, at T = 0.3.")
  private boolean peer;

  @Override
  public Integer call() throws Exception {
    Network network = bench.network();
    if (targets > network.classes()) {
      throw new IllegalArgumentException(
          "--targets " + targets + ": the network has " + network.classes() + " classes");
    }
    if (peer && temperature != PullbackBenchmark.PEER_TEMPERATURE) {
      throw new IllegalArgumentException(
          "--temperature " + temperature + ": --peer computes at T = 0.3; give one of the two");
    }
    int batch = bench.batchSize();
    float[] input =
        images == null
            ? PullbackBenchmark.noise(network, batch)
            : PullbackBenchmark.photos(network, batch, bench.pixels(IMAGES, images));
    Device device = bench.device();
    PullbackBenchmark benchmark =
        new PullbackBenchmark(network, device, input, targets, bench.repeat());

    Map<String, Object> figures = bench.figures();
    figures.put("images", images == null ? "random" : images);
    figures.put("targets", targets);
    figures.put("temperature", temperature);
    PullbackBenchmark.Timing own = benchmark.compiled(temperature);
    figures.put("forward_ms_per_image", own.forward());
    figures.put("pullbacks_ms_per_image", own.pullbacks());
    BenchArguments.putPlace(figures, device);
    if (peer) {
      PullbackBenchmark.Timing eager = benchmark.eager();
      figures.put("peer_forward_ms_per_image", eager.forward());
      figures.put("peer_pullbacks_ms_per_image", eager.pullbacks());
    }
    BenchArguments.print(figures, spec.commandLine().getOut());
    return 0;
  }
}
