package curtain.jobs;

import curtain.compile.Compiler;
import curtain.compile.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain export}: a network with its pullbacks as one TorchScript file, for PyTorch 1.13
 * and later, from Python, C++ or any other host. {@link Program} says what the methods take.
 *
 * <pre>
 * ./curtain export --model resnet50 --weights resnet50.pth --output resnet50-pullbacks.pt
 * </pre>
 */
@Command(
    name = "export",
    description = "Write a network with its pullbacks as a TorchScript file.",
    footer = {
      "",
      "Methods, for images x (N, 3, H, W) in [-1, 1], float32, RGB; C classes,",
      "K targets an image, M temperatures, L ReLU calls (export prints how many):",
      "  forward(x) -> logits (N, C)",
      "  pullback(x, targets: int64 (N, K), temperatures: List[Tensor])",
      "      -> (logits (N, C), pullbacks (M, N, K, 3, H, W))",
      "      temperatures: for each of the L ReLU calls, linear layers' too,",
      "      a tensor (M, 1 or C_l, 1, 1)",
      "  preactivations(x) -> (logits (N, C), List[Tensor]: z of each ReLU call)",
      "  features(x) -> penultimate features (N, F)",
      "  selections(x) -> List[Tensor]: of each max-pool call the index h W + w",
      "      of the element that it passes, int64",
      "  frozen(x, gates: List[Tensor], pools: List[Tensor]) -> logits (N, C)",
      "      of the affine network with these gates, in the shapes of the",
      "      pre-activations, and these selections",
      "Normalisation is part of the network. Gate, pool and compat are fixed in",
      "the file. In Python:",
      "  net = torch.jit.load('resnet50.pt')",
      "  t = [torch.full((1, 1, 1, 1), 0.3)] * L",
      "  logits, v = net.pullback(x, targets, t)",
      "",
      "Example: curtain export --model resnet50 --weights resnet50.pth \\",
      "           --output resnet50.pt",
    })
final class Export implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelArguments model;
  @Mixin private GateArguments gates;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "File to write, on this machine.")
  private Path output;

  @Option(names = "--overwrite", description = "Replace the file if it is there.")
  private boolean overwrite;

  @Option(names = "--quiet", description = "Do not say what was written.")
  private boolean quiet;

  @Option(names = "--stacktrace", description = "On failure, show where in the program.")
  @SuppressWarnings("UnusedVariable") // Main looks for it, as failures are told there
  private boolean stacktrace;

  @Override
  public Integer call() throws Exception {
    Path file = output.toAbsolutePath();
    if (Files.isDirectory(file)) {
      throw new IOException("--output " + output + " is a directory; name a file");
    }
    if (Files.exists(file) && !overwrite) {
      throw new IOException("--output " + output + " exists; give --overwrite to replace it");
    }
    if (!Files.isDirectory(file.getParent())) {
      throw new IOException(
          "--output " + output + ": there is no directory " + file.getParent() + "; make it");
    }
    ModelArguments.Read read = model.read(RunArguments.hadoop(new SparkConf()));
    Program program = Compiler.compile(read.network(), gates.options());
    // Under another name until it is whole.
    Path unfinished = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      program.write(unfinished);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    if (!quiet) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "curtain export: %s: %d classes, %d ReLU calls, %d max-pool calls, images of %d x %d%n",
          output,
          program.info().classes(),
          program.info().relus().size(),
          program.info().pools().size(),
          program.info().imageSize(),
          program.info().imageSize());
      err.flush();
    }
    return 0;
  }
}
