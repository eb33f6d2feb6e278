package curtain.jobs.bench;

import ai.djl.Device;
import curtain.bench.GramBenchmark;
import curtain.compile.Compiler;
import curtain.compile.ProgramInfo;
import curtain.gram.GramKernel;
import curtain.gram.GramOptions;
import curtain.jobs.bench.GramPlanTable.Known;
import curtain.jobs.command.Ranges;
import curtain.jobs.gram.GramForecast;
import curtain.jobs.gram.GramForecast.Rate;
import curtain.jobs.gram.GramTrial;
import curtain.jobs.gram.LambdaArguments;
import curtain.network.Network;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
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
 * ./curtain bench gram --model resnet50 --weights random --gate hard --block-size 8192 \
 *   --plan 1281167 --keep top:20 --devices 8
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
      "",
      "--plan N prints a table in place of the JSON. What is measured for it are blocks of at most",
      "128 images; a rate that --rate gives is called so, and nothing is measured where all are given.",
    })
final class BenchGram implements Callable<Integer> {
  /** Images of the largest tile that is measured for a plan. */
  private static final int MOST_MEASURED = 128;

  private static final String ONE_THREAD = "measured here, one thread";

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

  @ArgGroup(exclusive = false)
  private PlanArguments plan;

  @Override
  public Integer call() throws Exception {
    Network network = bench.network();
    if (plan != null) {
      plan(network);
      return 0;
    }
    Device device = bench.device();
    GramBenchmark.Timing timing = time(network, device, block);

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

  private GramBenchmark.Timing time(Network network, Device device, int side) throws IOException {
    return GramBenchmark.run(
        network, device, lambda.gram(), bench.batchSize(), side, bench.repeat());
  }

  private void plan(Network network) throws IOException {
    GramOptions gram = lambda.gram();
    ProgramInfo info = Compiler.gram(network, gram.gate(), gram.numbers()).info();
    int features = network.nodes().get(network.penultimate()).channels();
    GramForecast forecast =
        new GramForecast(
            plan.images(),
            block,
            plan.keep(),
            plan.source(),
            plan.devices(),
            GramForecast.Image.of(info, gram, features, plan.imageBytes()));
    String words =
        String.format(
            Locale.ROOT,
            "%s, %,d %s gates an image as %s",
            info.model(),
            GramKernel.gates(info),
            lambda.gate(),
            lambda.precision());
    new GramPlanTable(forecast, words, rates(network, forecast))
        .print(new BenchTables(spec.commandLine().getOut(), false, Optional.empty()));
  }

  /** Every rate that the plan depends on: given, assumed or measured here. */
  private Map<Rate, Known> rates(Network network, GramForecast forecast) throws IOException {
    Map<Rate, Double> given = plan.given();
    Set<Rate> wanted = EnumSet.noneOf(Rate.class);
    forecast.parts().forEach(part -> wanted.add(part.rate()));
    Map<Rate, Known> rates = new EnumMap<>(Rate.class);
    for (Map.Entry<Rate, Double> each : given.entrySet()) {
      if (!wanted.contains(each.getKey())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "--rate %s: nothing depends on it in this plan, but on %s",
                each.getKey(),
                wanted.stream().map(Rate::toString).collect(Collectors.joining(", "))));
      }
      rates.put(each.getKey(), new Known(each.getValue(), "given, not measured"));
    }
    wanted.removeAll(given.keySet());
    for (Rate rate : wanted) {
      if (PlanArguments.assumed(rate) != null) {
        rates.put(rate, new Known(PlanArguments.assumed(rate), "assumed, not measured"));
      }
    }
    wanted.removeAll(rates.keySet());
    if (wanted.contains(Rate.PASSES) || wanted.contains(Rate.PRODUCTS)) {
      Device device = bench.device();
      GramBenchmark.Timing timing = time(network, device, Math.min(block, MOST_MEASURED));
      String here =
          String.format(
              Locale.ROOT,
              "measured here, %s, blocks of %,d",
              device.isGpu() ? "GPU" : bench.figures().get("threads") + " threads",
              Math.min(block, MOST_MEASURED));
      rates.putIfAbsent(Rate.PASSES, new Known(1000 / timing.observe(), here));
      rates.putIfAbsent(Rate.PRODUCTS, new Known(timing.tile(), here));
    }
    if (wanted.contains(Rate.REDUCE)) {
      rates.put(
          Rate.REDUCE, new Known(GramTrial.reduce(plan.keep(), bench.repeat()) / 1e6, ONE_THREAD));
    }
    if (wanted.contains(Rate.MERGE)) {
      rates.put(
          Rate.MERGE,
          new Known(GramTrial.merge(plan.keep().neighbours(), bench.repeat()) / 1e6, ONE_THREAD));
    }
    return rates;
  }
}
