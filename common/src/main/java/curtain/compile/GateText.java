package curtain.compile;

import curtain.gates.Gate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Text of the methods that a program's passes call, above all at ReLUs and max-pools; it is kept as
 * resources.
 */
final class GateText {
  private GateText() {}

  /** Text of the methods of pullbacks and gates, for one gate and these devices. */
  static String methods(Gate gate, Target target) {
    String shared = (target.isGpu() ? "" : resource("any")) + resource("shared");
    return switch (gate.kind()) {
      case SIGMOID ->
          shared + resource("sigmoid") + resource(target.isGpu() ? "generic" : "sigmoid-any");
      case SOFTSIGN -> shared + resource("softsign") + resource("generic");
      case NORMAL_CDF -> shared + resource("normal-cdf") + resource("generic");
      case HARD, LEAKY -> shared + leaky(gate.slope()) + resource("generic");
      case B_SILU -> shared + resource("b-silu") + resource("generic");
      // leaky is their factor at positive gradients, which the seed of SqueezeNet's end asks for
      case GUIDED -> shared + leaky(0) + resource("guided");
      case DECONV -> shared + leaky(1) + resource("deconv");
    };
  }

  private static String leaky(double slope) {
    return resource("leaky").replace("SLOPE", Double.toString(slope));
  }

  /** Text of the methods of a Gram matrix's program. */
  static String gram(Gate gate, GateNumbers numbers, Target target) {
    String rows =
        switch (numbers) {
          case BITS -> "gram-bits";
          case BYTES -> "gram-bytes";
          case FLOATS -> "gram-floats";
        };
    return methods(gate, target) + resource("gram") + resource(rows);
  }

  /** Text of the methods of a calibration's program. */
  static String distribution(Gate gate, Target target) {
    return methods(gate, target) + resource("distribution");
  }

  /** Text of the methods of {@link TransferProgram}. */
  static String transfer() {
    return resource("transfer");
  }

  /** Text of the methods of a path kernel's program. */
  static String paths() {
    return resource("paths");
  }

  /**
   * Text of the method that convolves, with PyTorch's own operators; for GPUs also of those that
   * multiply matrices.
   */
  static String convolve(Target target) {
    return switch (target) {
      case ANY -> resource("convolve");
      case GPU -> resource("gpu").replace("ALLOW_TF32", "False");
      case GPU_TF32 -> resource("gpu").replace("ALLOW_TF32", "True");
      case GPU_BFLOAT16 -> resource("gpu-bfloat16");
    };
  }

  /** Text of the method that convolves with oneDNN's operators, and of those for its weights. */
  static String convolveByOneDnn() {
    return resource("convolve-onednn");
  }

  private static String resource(String name) {
    try (InputStream in = GateText.class.getResourceAsStream(name + ".torchscript")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
