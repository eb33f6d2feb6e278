package curtain.jobs.bench;

import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.Ranges;
import curtain.network.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code curtain bench all}: the figures of {@code docs/performance.md} as tables, each measured by
 * {@code bench pullbacks}, {@code bench gram} or {@code bench stability} in a process of its own.
 *
 * <pre>
 * ./curtain bench all --page docs/performance.md
 * </pre>
 */
@Command(
    name = "all",
    description = "Measure the speeds of docs/performance.md, as Markdown tables.",
    footer = {
      "",
      "Pullbacks of one target and of six beside PyTorch's eager autograd in the same process, for",
      "each network; of resnet50 also tiles of a Gram matrix, and of cifar_resnet20 stability.",
      "Each figure is the median of --repeat passes, in a process of its own: where one fails, for",
      "want of memory say, the rest is measured, and the exit status is 1. With --json a line is",
      "what bench pullbacks, bench gram or bench stability prints.",
    })
final class BenchAll implements Callable<Integer> {
  private static final String GRAM_MODEL = "resnet50";
  private static final String STABILITY_MODEL = "cifar_resnet20";

  /** Columns of the table of pullbacks; times are of an image, and memory is without autograd. */
  static final List<String> PULLBACKS =
      List.of(
          "network",
          "forward, ms",
          "pullback, ms",
          "pullback / forward",
          "autograd, ms",
          "autograd / pullback",
          "six targets, ms",
          "autograd, ms",
          "autograd / six targets",
          "peak memory, MiB");

  /** Columns of the table of Gram tiles; speeds are of gates multiplied and added. */
  static final List<String> GRAM =
      List.of(
          "gates of " + GRAM_MODEL,
          "images of a block",
          "tile, 10⁹/s",
          "bare products, 10⁹/s",
          "tile / bare",
          "bare float32, 10⁹/s",
          "tile / float32");

  /** Columns of the table of stability; times are of an image. */
  static final List<String> STABILITY =
      List.of(
          "checkpoints of " + STABILITY_MODEL, "passes, ms", "stability, ms", "stability / passes");

  private static final String MANY = "6";

  private static final String OWN = "pullbacks_ms_per_image";
  private static final String PEER = "peer_pullbacks_ms_per_image";

  @Spec private CommandSpec spec;
  @Mixin private TableArguments tables;
  @Mixin private EngineArguments engine;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      hideParamSyntax = true,
      converter = ModelArguments.ArchitectureConverter.class,
      completionCandidates = ModelArguments.Architectures.class,
      defaultValue = "resnet50,vgg11_bn,densenet121,resnet18,alexnet,squeezenet1_1,cifar_resnet20",
      description = "Architectures, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Architecture> models;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      defaultValue = BenchArguments.RANDOM,
      description =
          "State dict of the one network of --model; random, of each network: drawn, without a file"
              + " (default: ${DEFAULT-VALUE}).")
  private String weights;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "3",
      description = "Timed passes of each kind, after untimed ones (default: ${DEFAULT-VALUE}).")
  private int repeat;

  private boolean failed;

  @Override
  public Integer call() throws Exception {
    if (models.size() > 1 && !weights.equals(BenchArguments.RANDOM)) {
      throw new ParameterException(
          spec.commandLine(), "--weights is of one network; say of which by --model");
    }
    BenchTables to = tables.begin();
    try (FreshRuns runs = new FreshRuns(spec)) {
      to.header(PULLBACKS);
      for (Architecture model : models) {
        pullbacks(runs, to, model.name());
      }
      to.end();
      if (measures(GRAM_MODEL)) {
        to.header(GRAM);
        for (String block : List.of("128", "192")) {
          gram(runs, to, "hard", block, "--gate", "hard");
          gram(runs, to, "sigmoid, dithered", block, "--precision", "int8");
        }
        to.end();
      }
      if (measures(STABILITY_MODEL)) {
        to.header(STABILITY);
        for (String checkpoints : List.of("4", "11")) {
          stability(runs, to, checkpoints);
        }
        to.end();
      }
    }
    to.finish();
    return failed ? 1 : 0;
  }

  private boolean measures(String model) {
    return models.stream().anyMatch(each -> each.name().equals(model));
  }

  private void pullbacks(FreshRuns runs, BenchTables to, String model)
      throws IOException, InterruptedException {
    Figures one = measure(runs, to, "pullbacks", model, "--peer");
    Figures six = measure(runs, to, "pullbacks", model, "--peer", "--targets", MANY);
    to.row(
        List.of(
            model,
            one.number("forward_ms_per_image", 2),
            one.number(OWN, 2),
            one.ratio(OWN, "forward_ms_per_image"),
            one.number(PEER, 2),
            one.ratio(PEER, OWN),
            six.number(OWN, 2),
            six.number(PEER, 2),
            six.ratio(PEER, OWN),
            one.number("peak_resident_mib", 0)));
  }

  private void gram(
      FreshRuns runs, BenchTables to, String gates, String block, String option, String value)
      throws IOException, InterruptedException {
    Figures of = measure(runs, to, "gram", GRAM_MODEL, "--block-size", block, option, value);
    to.row(
        List.of(
            gates,
            block,
            of.number("tile_gmacs", 1),
            of.number("product_gmacs", 1),
            of.ratio("tile_gmacs", "product_gmacs"),
            of.number("fp32_gmacs", 1),
            of.ratio("tile_gmacs", "fp32_gmacs")));
  }

  private void stability(FreshRuns runs, BenchTables to, String checkpoints)
      throws IOException, InterruptedException {
    Figures of = measure(runs, to, "stability", STABILITY_MODEL, "--checkpoints", checkpoints);
    to.row(
        List.of(
            checkpoints,
            of.number("passes_ms_per_image", 2),
            of.number("stability_ms_per_image", 2),
            of.ratio("stability_ms_per_image", "passes_ms_per_image")));
  }

  /** Runs one of the other benchmarks. */
  private Figures measure(
      FreshRuns runs, BenchTables to, String what, String model, String... options)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("bench", what, "--model", model));
    words.addAll(List.of("--weights", weights, "--repeat", String.valueOf(repeat)));
    words.addAll(List.of("--batch-size", String.valueOf(engine.batchSize())));
    words.addAll(engine.words());
    words.addAll(List.of("--threads", String.valueOf(tables.threads())));
    words.addAll(List.of(options));
    FreshRuns.Ended ended = tables.run(runs, to, words);
    if (!ended.done()) {
      failed = true;
      return Figures.NONE;
    }
    Figures figures = Figures.parsed(ended.out());
    to.figures(figures.values());
    return figures;
  }
}
