package curtain.jobs.bench;

import ai.djl.Device;
import curtain.bench.StabilityBenchmark;
import curtain.jobs.command.Ranges;
import curtain.jobs.stability.Checkpoints;
import curtain.network.Network;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain bench stability}: milliseconds per image of a micro-batch of {@code stability},
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
      "",
      "--weights random draws weights; no file is needed.",
    })
final class BenchStability implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BenchArguments bench;

  @Option(
      names = "--checkpoints",
      paramLabel = "T",
      converter = Ranges.Count.class,
      defaultValue = "4",
      description = "Number of checkpoints, all copies of --weights (default: ${DEFAULT-VALUE}).")
  private int checkpoints;

  @Option(
      names = "--gates-from",
      paramLabel = "S",
      converter = Ranges.Count.class,
      description = "Number of checkpoints whose gates are used frozen (default: all, at most 12).")
  private Integer gatesFrom;

  @Override
  public Integer call() throws Exception {
    int lending = gatesFrom == null ? Math.min(checkpoints, Checkpoints.MOST_LENDING) : gatesFrom;
    if (lending > checkpoints) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "--gates-from %d: there are %d checkpoints", lending, checkpoints));
    }
    Network network = bench.network();
    Device device = bench.device();
    int batch = bench.batchSize();
    StabilityBenchmark.Timing timing =
        StabilityBenchmark.run(network, device, batch, checkpoints, lending, bench.repeat());

    Map<String, Object> figures = bench.figures();
    figures.put("checkpoints", checkpoints);
    figures.put("gates_from", lending);
    figures.put("passes_ms_per_image", timing.passes());
    figures.put("stability_ms_per_image", timing.kernel());
    BenchArguments.putPlace(figures, device);
    BenchArguments.print(figures, spec.commandLine().getOut());
    return 0;
  }
}
