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

  /** Text of the methods of pullbacks and gates, for one gate. */
  static String methods(Gate gate) {
    return switch (gate.kind()) {
      case SIGMOID -> resource("shared") + resource("sigmoid");
      case SOFTSIGN -> resource("shared") + resource("softsign") + resource("generic");
      case NORMAL_CDF -> resource("shared") + resource("normal-cdf") + resource("generic");
      case HARD, LEAKY -> resource("shared") + leaky(gate.slope()) + resource("generic");
      case B_SILU -> resource("shared") + resource("b-silu") + resource("generic");
      // leaky is their factor at positive gradients, which the seed of SqueezeNet's end asks for
      case GUIDED -> resource("shared") + leaky(0) + resource("guided");
      case DECONV -> resource("shared") + leaky(1) + resource("deconv");
    };
  }

  private static String leaky(double slope) {
    return resource("leaky").replace("SLOPE", Double.toString(slope));
  }

  /** Text of the methods of a Gram matrix's program. */
  static String gram(Gate gate, GateNumbers numbers) {
    String rows =
        switch (numbers) {
          case BITS -> "gram-bits";
          case BYTES -> "gram-bytes";
          case FLOATS -> "gram-floats";
        };
    return methods(gate) + resource("gram") + resource(rows);
  }

  /** Text of the methods of a calibration's program. */
  static String distribution(Gate gate) {
    return methods(gate) + resource("distribution");
  }

  /** Text of the methods of {@link TransferProgram}. */
  static String transfer() {
    return resource("transfer");
  }

  /** Text of the methods of a path kernel's program. */
  static String paths() {
    return resource("paths");
  }

  /** Text of the method that convolves, with PyTorch's own operators. */
  static String convolve() {
    return resource("convolve");
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
