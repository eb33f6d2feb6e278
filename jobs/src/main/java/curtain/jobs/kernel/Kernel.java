package curtain.jobs.kernel;

import curtain.jobs.command.GeneralArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TypedCommand;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Layout;
import curtain.jobs.shards.MergedRun;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Provenance;
import curtain.jobs.shards.ShardResult;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.task.Progress;
import curtain.jobs.task.Version;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code curtain kernel}: scores the kernels of a Gram matrix by labels and by the network's logits
 * [paper, 5.2; spec 7]. Runs in this process, without Spark. Memory, for n images: neighbours,
 * eigenvectors and logits, a block of the matrix, and 6 n^2 bytes for ridge regression; on disk, in
 * {@code java.io.tmpdir}, 4 n^2 bytes for each kernel.
 *
 * <pre>
 * ./curtain kernel --input gram --output kernel
 * </pre>
 */
@Command(
    name = "kernel",
    description = "Score the kernels of a Gram: kernel.json, neighbours/, spectrum/, components/.",
    footer = {
      "",
      "Kernels, each normalised, k(x, x) = 1:",
      "  product         the product of all layers' factors and the input's",
      "  tempered:WHICH[:p=P][:FROM-TO]",
      "                  k0 exp(p sum_l (k_l - 1)), k_l the factor of layer l, over",
      "                  layers FROM to TO, from 0 (default: all); WHICH is all, where",
      "                  k0 is the input's factor, or gates, where it is 1; P is a",
      "                  number, or one over that of layers: 1/L, 4/L (default: 1/L)",
      "  layer:N         the factor of layer N",
      "  pixel, feature  the input's factor; that of the penultimate features",
      "  paths           over the paths that exist",
      "Single layers are in a Gram with --keep-layers, paths in one with --paths exact.",
      "",
      "kernel.json has of each kernel the accuracy of its nearest neighbours' votes,",
      "its centred alignments, a ridge regression of the network's logits (even",
      "positions fit, odd ones judge), and its median off the diagonal. A Gram with",
      "--columns has neighbours and votes only.",
      "",
      "Example: curtain kernel --input gram --output kernel",
      "         curtain kernel --input gram --kernel product,layer:9 --output kernel",
    })
public final class Kernel implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description = "Output of curtain gram --keep tiles, whole: a path or Hadoop URI.")
  private String input;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory for scores and tables, a path or Hadoop URI. It gets _SUCCESS when it is"
              + " whole.")
  private String output;

  @Option(
      names = "--kernel",
      paramLabel = "KERNEL[,KERNEL...]",
      split = ",",
      hideParamSyntax = true,
      defaultValue = "product,tempered:gates:p=1/L,pixel,feature",
      converter = KernelChoice.Converter.class,
      description = "Kernels to score, separated by commas, see below (default: ${DEFAULT-VALUE}).")
  private List<KernelChoice> kernels;

  @Option(
      names = "--neighbours",
      paramLabel = "K",
      converter = Ranges.Count.class,
      defaultValue = "20",
      description = "Number of neighbours to write for each image (default: ${DEFAULT-VALUE}).")
  private int neighbours;

  @Option(
      names = "--components",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "8",
      description = "Number of leading eigenvalues and components (default: ${DEFAULT-VALUE}).")
  private int components;

  @Option(
      names = "--largest",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "8000",
      description =
          "Largest number of images n for which logits are regressed, with 6 n^2 bytes of memory"
              + " (default: ${DEFAULT-VALUE}).")
  private int largest;

  @ArgGroup private There there = new There();

  /** The options on an output that exists, of which at most one may be given. */
  private static final class There {
    @Option(names = "--overwrite", description = "Replace an output of Curtain's that is there.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Run again from the start where a run stopped. Refused when settings that decide"
                + " results have changed.")
    private boolean resume;
  }

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    Configuration conf = RunArguments.hadoop(new SparkConf());
    refuseRepeated();
    GramInput gram = GramInput.open(input, kernels, conf);
    OutputDirectory directory =
        OutputArguments.open(
            output, OutputArguments.mode(there.overwrite, there.resume), "--input", input, conf);
    FinishedOutput made = gram.made();
    Provenance gramMade = made.provenance();
    Settings settings =
        Settings.builder()
            .add("input", OutputArguments.qualified(input, conf))
            .add(
                "kernel", kernels.stream().map(KernelChoice::name).collect(Collectors.joining(",")))
            .add("neighbours", neighbours)
            .add("components", components)
            .add("largest", largest)
            .addAll(gram.settings())
            .withVersion();
    PrintWriter err = spec.commandLine().getErr();
    ShardedRun.Result done;
    try (Progress progress = Progress.standard(spec.name(), err, GeneralArguments.isQuiet(spec))) {
      progress.begin("steps");
      done =
          new MergedRun(
                  spec.name(),
                  TypedCommand.of(spec),
                  settings.asMap(),
                  new KernelReduction(gram, kernels, neighbours, components, largest, progress),
                  new ShardResult(gramMade.results(), gramMade.errors(), Map.of()),
                  Version.build(null, null))
              .run(directory, new Parts(List.of(made.root()), conf), conf, progress);
    }
    if (!GeneralArguments.isQuiet(spec) && done.wasWhole()) {
      err.printf(
          Locale.ROOT,
          "curtain %s: %s is whole; there is nothing to do%n",
          spec.name(),
          Layout.display(directory.layout().root()));
      err.flush();
    } else if (!GeneralArguments.isQuiet(spec)) {
      err.printf(
          Locale.ROOT,
          "curtain %s: %,d kernels on %,d images are in %s (%s)%n",
          spec.name(),
          kernels.size(),
          gramMade.results(),
          Layout.display(directory.layout().root()),
          Progress.duration((System.nanoTime() - start) / 1_000_000_000L));
      err.flush();
    }
    return 0;
  }

  private void refuseRepeated() {
    Set<String> names = new HashSet<>();
    for (KernelChoice kernel : kernels) {
      if (!names.add(kernel.name())) {
        throw new ParameterException(
            spec.commandLine(),
            String.format(Locale.ROOT, "--kernel names %s twice", kernel.name()));
      }
    }
  }
}
