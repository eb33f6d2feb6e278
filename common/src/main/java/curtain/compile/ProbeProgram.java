package curtain.compile;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Programs without a network, which find out what an engine or a processor can do. */
public final class ProbeProgram {
  private ProbeProgram() {}

  /**
   * A program that says whether an engine has the operators of {@link Program#writeForOneDnn}:
   * {@code forward} is a convolution 1 x 1 with the weight 2.
   */
  public static Program probe() {
    return convolution(1, 1, 1, i -> 2);
  }

  /**
   * A program whose {@code forward} is a convolution 1 x 1 without bias, of images (N, I, side,
   * side).
   *
   * @param inputs I
   * @param outputs O
   * @param weights (O, I), row-major
   */
  public static Program convolution(
      int inputs, int outputs, int side, IntToDoubleFunction weights) {
    Method forward = new Method("forward", "x: Tensor", "Tensor");
    List<Integer> shape = List.of(inputs, side, side);
    forward.line("return %s", forward.convolve("x", "weight", null, 1, 0, 0, shape));
    return Compiler.program(
        new ProgramInfo("probe", side, outputs, CompileOptions.DEFAULT, List.of(), List.of()),
        List.of(
            Constant.kernel(
                "weight",
                outputs,
                inputs,
                1,
                1,
                (output, input, row, column) -> weights.applyAsDouble(output * inputs + input))),
        List.of(forward),
        "");
  }
}
