package curtain.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of programs for GPUs, which none of the machines of these tests has. */
@Tag("fast")
final class GpuProgramTest {
  /** What pays on CPUs, or waits for a GPU. */
  private static final List<String> OF_CPUS =
      List.of("winograd", "mkldnn", "float(t)", "torch.conv2d", "* 16", "torch.linear(padded");

  @TempDir Path dir;

  /** With Winograd's convolutions where they pay, a stride, a max-pool and a linear map. */
  private static Network network() {
    Graphs graph = new Graphs(16);
    int x = graph.relu(graph.convolution(0, 48, 3, 1, 1));
    x = graph.relu(graph.convolution(x, 48, 3, 1, 1));
    x = graph.maxPool(x, 2, 2, 0, false, 8);
    x = graph.relu(graph.convolution(x, 8, 3, 2, 1));
    return graph.classify(x);
  }

  private String text(Program program) throws IOException {
    Path file = dir.resolve("program.pt");
    program.write(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry code =
          zip.stream().filter(entry -> entry.getName().endsWith(".py")).findFirst().orElseThrow();
      try (InputStream in = zip.getInputStream(code)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private static List<Program> programs(Target target) {
    CompileOptions options = CompileOptions.DEFAULT.on(target);
    return List.of(
        Compiler.compile(network(), options),
        Compiler.neurons(network(), options, 1, -1),
        Compiler.gram(network(), Gate.SIGMOID, GateNumbers.BYTES, target),
        Compiler.calibration(network(), target));
  }

  @Test
  void hasNothingThatPaysOnCpusOnly() throws IOException {
    for (Program program : programs(Target.ANY)) {
      String text = text(program);
      for (String habit : List.of("winograd", "float(t)", "torch.conv2d")) {
        assertTrue(text.contains(habit), habit);
      }
      assertTrue(program.constants().stream().anyMatch(c -> c.name().contains("winograd")));
    }
    for (Target target : List.of(Target.GPU, Target.GPU_TF32, Target.GPU_BFLOAT16)) {
      for (Program program : programs(target)) {
        String text = text(program);
        for (String habit : OF_CPUS) {
          assertFalse(text.contains(habit), habit);
        }
        assertTrue(program.constants().stream().noneMatch(c -> c.name().contains("winograd")));
        assertTrue(program.preparations().isEmpty());
      }
    }
  }

  /** Every convolution says whether TF32 is allowed, and that its kernel is deterministic. */
  @Test
  void saysItsPrecision() throws IOException {
    String rest = "1, False, True, True, ";
    assertTrue(text(programs(Target.GPU).get(0)).contains(rest + "False)"));
    assertTrue(text(programs(Target.GPU_TF32).get(0)).contains(rest + "True)"));
    String shorter = text(programs(Target.GPU_BFLOAT16).get(0));
    assertTrue(shorter.contains("torch._convolution(torch.to(x, 15), torch.to(weight, 15)"));
    assertTrue(shorter.contains("self._product("));
    for (Target target : List.of(Target.GPU, Target.GPU_TF32, Target.GPU_BFLOAT16)) {
      assertEquals(1, text(programs(target).get(0)).split("torch._convolution\\(", -1).length - 1);
    }
  }

  @Test
  void isKnownByItsArchive() throws IOException {
    Path file = dir.resolve("program.pt");
    for (Target target : Target.values()) {
      Program program = Compiler.compile(network(), CompileOptions.DEFAULT.on(target));
      program.write(file);
      assertEquals(target, ProgramInfo.read(file).options().target());
      assertEquals(program.info(), ProgramInfo.read(file));
      program.writeForOneDnn(file);
      assertEquals(target == Target.ANY, Program.prepare(file).isPresent());
      assertEquals(target.isGpu(), program.info().toJson().contains("\"target\""));
    }
  }

  @Test
  void isOfFloat32() {
    CompileOptions doubles =
        new CompileOptions(Gate.SIGMOID, PoolGate.SOFTMAX, false, Precision.FLOAT64);
    assertThrows(IllegalArgumentException.class, () -> doubles.on(Target.GPU));
  }
}
