package curtain.jobs.transfer;

import curtain.compile.Compiler;
import curtain.compile.Program;
import curtain.jobs.command.FileArguments;
import curtain.jobs.command.GateArguments;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.SettingsJson;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code curtain export}: writes a network with its pullbacks as one TorchScript file, for PyTorch
 * 1.13 and later in Python, C++ or any other host (spec 10). {@link Program} describes the methods.
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
public final class Export implements Callable<Integer> {
  /** The entry of the archive that holds the settings it was made with. */
  private static final String SETTINGS_FILE = "settings.json";

  @Mixin private ModelArguments model;
  @Mixin private GateArguments gates;
  @Mixin private FileArguments output;

  @Override
  public Integer call() throws Exception {
    output.check();
    Configuration conf = RunArguments.hadoop(new SparkConf());
    output.spare("--weights", model.weights(), conf);
    ModelArguments.Read read = model.read(conf);
    Settings settings =
        Settings.builder()
            .addAll(model.settings(read.sha256()))
            .addAll(gates.settings())
            .withVersion();
    if (output.isFinished(
        settings, file -> Program.extra(file, SETTINGS_FILE).flatMap(SettingsJson::read))) {
      return 0;
    }
    Program program = Compiler.compile(read.network(), gates.options());
    output.write(file -> program.write(file, Map.of(SETTINGS_FILE, SettingsJson.of(settings))));
    output.say(
        String.format(
            Locale.ROOT,
            "%s: %d classes, %d ReLU calls, %d max-pool calls, images of %d x %d",
            output.path(),
            program.info().classes(),
            program.info().relus().size(),
            program.info().pools().size(),
            program.info().imageSize(),
            program.info().imageSize()));
    return 0;
  }
}
