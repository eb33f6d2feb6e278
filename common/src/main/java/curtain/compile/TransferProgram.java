package curtain.compile;

import java.util.List;
import java.util.Map;

/**
 * A program without a network, for what crosses between the memories of a GPU and of the host.
 *
 * <p>Its methods:
 *
 * <ul>
 *   <li>{@code pinned(n: int) -> Tensor}: n bytes of the host that the system does not move, uint8
 *   <li>{@code to_host(x) -> Tensor}: x, contiguous, in such memory
 *   <li>{@code halves(v) -> (Tensor, Tensor, Tensor)}: v (..., 3, H, W) rounded to float16, and of
 *       each v as it was the Euclidean norm, float64 (...), and the largest magnitude
 *   <li>{@code dots(v, w) -> Tensor}: inner products of v (M, N, K, 3, H, W) with w (N, K, 3, H,
 *       W), float64 (M, N, K)
 * </ul>
 */
public final class TransferProgram {
  private TransferProgram() {}

  /** The program. */
  public static Program compile() {
    return new Program(
        new ProgramInfo("transfer", 1, 1, CompileOptions.DEFAULT, List.of(), List.of()),
        "class "
            + Method.MODULE
            + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
            + "  training : bool\n  _is_full_backward_hook : Optional[bool]\n"
            + GateText.transfer(),
        List.of(),
        Map.of());
  }
}
