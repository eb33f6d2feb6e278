package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.compile.Target;
import curtain.jobs.fixtures.Run;
import curtain.jobs.shards.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The option on precision, where there is no GPU. */
@Tag("engine")
class PrecisionTest {
  @TempDir Path dir;

  /** A command with nothing but this option. */
  @Command
  private static final class Options {
    @Mixin private PrecisionArguments precision;

    static Options of(String... arguments) {
      Options options = new Options();
      new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
      return options;
    }
  }

  @Test
  void aGpuHasThree() {
    assertEquals(Target.GPU, NetworkPrecision.FP32.target("gpu"));
    assertEquals(Target.GPU_TF32, NetworkPrecision.TF32.target("gpu"));
    assertEquals(Target.GPU_BFLOAT16, NetworkPrecision.BF16.target("gpu"));
    assertEquals(Target.ANY, NetworkPrecision.FP32.target("cpu"));
    for (NetworkPrecision other : List.of(NetworkPrecision.TF32, NetworkPrecision.BF16)) {
      assertEquals(
          "--precision "
              + other
              + " is for GPUs, and tasks compute on CPUs here; give --precision fp32",
          assertThrows(IllegalArgumentException.class, () -> other.target("cpu")).getMessage());
    }
  }

  @Test
  void anotherPrecisionIsAnotherOutput() {
    Map<String, String> before = Options.of().precision.settings().asMap();
    Map<String, String> now = Options.of("--precision", "tf32").precision.settings().asMap();
    assertEquals(Map.of("precision", "fp32"), before);
    assertEquals(List.of("--precision was fp32, is tf32"), Plan.changes(before, now));
    assertEquals(List.of(), Plan.changes(Map.of(), before)); // of a version without the option
    assertEquals(List.of("--precision was fp32, is tf32"), Plan.changes(Map.of(), now));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pullbacks", "ascend", "measures", "stability"})
  void cpusHaveFloat32(String command) {
    String weights = command.equals("stability") ? "--checkpoints" : "--weights";
    Run run =
        Run.curtain(
            command,
            "--images",
            dir.toString(),
            "--model",
            "cifar_resnet20",
            weights,
            dir.resolve("none").toString(),
            "--device",
            "cpu",
            "--precision",
            "bf16",
            "--output",
            dir.resolve("out").toString());
    assertEquals(1, run.status(), run.err());
    assertEquals(1, run.err().strip().lines().count(), run.err());
    assertTrue(run.err().contains("--precision bf16 is for GPUs"), run.err());
  }
}
