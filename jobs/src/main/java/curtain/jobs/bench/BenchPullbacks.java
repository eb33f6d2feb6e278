package curtain.jobs.bench;

import ai.djl.Device;
import curtain.bench.PullbackBenchmark;
import curtain.jobs.command.Ranges;
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
    description = "Time forward passes and pullbacks (sigmoid gates, softmax pools, T = 0.3).",
    footer = {
      "",
      "Prints torch, threads, net, batch, targets, forward_ms_per_image, pullbacks_ms_per_image,",
      "device, peak_resident_mib (of the process so far; null where the system does not tell);",
      "with --peer also peer_forward_ms_per_image, peer_pullbacks_ms_per_image.",
    })
final class BenchPullbacks implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BenchArguments bench;

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
              + " forward and a backward pass for each target.")
  private boolean peer;

  @Override
  public Integer call() throws Exception {
    Network network = bench.network();
    if (targets > network.classes()) {
      throw new IllegalArgumentException(
          "--targets " + targets + ": the network has " + network.classes() + " classes");
    }
    Device device = bench.device();
    int batch = bench.batchSize();

    Map<String, Object> figures = bench.figures();
    figures.put("targets", targets);
    PullbackBenchmark.Timing own =
        PullbackBenchmark.compiled(network, device, batch, targets, bench.repeat());
    figures.put("forward_ms_per_image", own.forward());
    figures.put("pullbacks_ms_per_image", own.pullbacks());
    BenchArguments.putPlace(figures, device);
    if (peer) {
      PullbackBenchmark.Timing eager =
          PullbackBenchmark.eager(network, device, batch, targets, bench.repeat());
      figures.put("peer_forward_ms_per_image", eager.forward());
      figures.put("peer_pullbacks_ms_per_image", eager.pullbacks());
    }
    BenchArguments.print(figures, spec.commandLine().getOut());
    return 0;
  }
}
