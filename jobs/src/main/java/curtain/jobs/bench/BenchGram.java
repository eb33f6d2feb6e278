package curtain.jobs.bench;

import ai.djl.Device;
import curtain.bench.GramBenchmark;
import curtain.jobs.command.Ranges;
import curtain.jobs.gram.LambdaArguments;
import curtain.network.Network;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain bench gram}: multiply-adds per second of a tile of the Gram matrix, beside those
 * of the bare matrix products of the same gates, without decoding and writing.
 *
 * <pre>
 * ./curtain bench gram --model resnet50 --weights resnet50.pth --gate hard --block-size 128
 * </pre>
 */
@Command(
    name = "gram",
    description = "Time tiles of a Gram matrix and the bare products of their gates, alternating.",
    footer = {
      "",
      "Prints torch, threads, net, batch, block, gate, gates (of an image), precision,",
      "integer_products (how integers are multiplied exactly here: int8; uint8 by int8, hard gates",
      "without VNNI; float32), tile_gmacs (billions of gates multiplied and added a second by a",
      "whole tile), product_gmacs (by the bare products in the tile's precision), fp32_gmacs (by bare",
      "products in float32), gates_ms_per_image (a forward pass that gives gates), device,",
      "peak_resident_mib.",
      "",
      "--weights random draws weights; no file is needed.",
    })
final class BenchGram implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BenchArguments bench;
  @Mixin private LambdaArguments lambda;

  @Option(
      names = "--block-size",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "128",
      description =
          "Images of the tile's rows and columns, 1 to 65536 (default: ${DEFAULT-VALUE}).")
  private int block;

  @Override
  public Integer call() throws Exception {
    Network network = bench.network();
    Device device = bench.device();
    GramBenchmark.Timing timing =
        GramBenchmark.run(network, device, lambda.gram(), bench.batchSize(), block, bench.repeat());

    Map<String, Object> figures = bench.figures();
    figures.put("block", block);
    figures.put("gate", lambda.gate().toString());
    figures.put("gates", timing.gates());
    figures.put("precision", lambda.precision());
    figures.put("integer_products", timing.integers().toString());
    figures.put("tile_gmacs", timing.tile());
    figures.put("product_gmacs", timing.product());
    figures.put("fp32_gmacs", timing.floatProduct());
    figures.put("gates_ms_per_image", timing.observe());
    BenchArguments.putPlace(figures, device);
    BenchArguments.print(figures, spec.commandLine().getOut());
    return 0;
  }
}
