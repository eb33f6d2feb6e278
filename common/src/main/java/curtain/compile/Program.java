package curtain.compile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A compiled network: TorchScript text and the tensors it reads.
 *
 * <p>The module's methods, for images x (N, 3, H, W) in [-1, 1], C classes, L ReLU calls:
 *
 * <ul>
 *   <li>{@code forward(x) -> Tensor}: logits (N, C)
 *   <li>{@code features(x) -> Tensor}: penultimate feature (N, F)
 *   <li>{@code preactivations(x) -> (Tensor, List[Tensor])}: logits, and z of every ReLU call (N,
 *       C_l, H_l, W_l) or (N, F_l)
 *   <li>{@code selections(x) -> List[Tensor]}: of every max-pool call the index h W + w of the
 *       element it passes, int64 (N, C, h, w)
 *   <li>{@code pullback(x, targets: Tensor, temperatures: List[Tensor]) -> (Tensor, Tensor)}:
 *       logits and pullbacks (M, N, K, 3, H, W) of the logits that {@code targets}, int64 (N, K),
 *       names; {@code temperatures} holds for each of the L ReLU calls a tensor (M, 1 or C_l, 1,
 *       1), also where the layer is linear
 *   <li>{@code gradient(x, targets: Tensor) -> (Tensor, Tensor)}: logits and vanilla gradients (N,
 *       K, 3, H, W)
 *   <li>{@code frozen(x, gates: List[Tensor], pools: List[Tensor]) -> Tensor}: logits of the affine
 *       network whose ReLUs multiply by the given gates (L tensors in the shapes of the
 *       pre-activations) and whose max-pools pass the given elements (as {@code selections} gives
 *       them)
 *   <li>{@code rows(x, targets, top: int, temperatures) -> (logits, targets, pullbacks,
 *       gradients)}: what {@code pullback} gives and, from the same forward pass, the vanilla
 *       gradients (N, K, 3, H, W); with {@code top} above 0 the targets are the {@code top} largest
 *       logits
 *   <li>{@code observed(x, targets, n: int, margin: float, neurons: bool, temperatures) -> (logits,
 *       pullbacks, gradients, signs, uncertain, ever, counts: List[Tensor])}: logits, pullbacks (M,
 *       N, 1, 3, H, W) and vanilla gradients (N, 3, H, W) of one target, int64 (N, 1), and of the
 *       first n images' pre-activations, as bits, lowest first, layer behind layer, each padded to
 *       64: z &gt; 0 and |z| &lt;= margin times the root mean square over the image's layer, uint8
 *       (n, bytes), H, W, C order; z &gt; 0 for any and z &lt;= 0 for any of the images, uint8 (2,
 *       bytes), C, H, W order; and for each layer how many images have z &gt; 0, int64 (C) summed
 *       over positions, or with {@code neurons} (C H W)
 *   <li>{@code gates_of(x, temperatures) -> (logits, hard: List[Tensor], smooth: List[Tensor],
 *       pools: List[Tensor])}: the gates and selections that {@code frozen} takes; with {@link
 *       CompileOptions#compatAuthors} functional ReLUs are hard in both lists
 *   <li>{@code overlaps(gates: List[Tensor], layers: int, packed: List[Tensor], most: int) ->
 *       Tensor}: float64 (S, T + 2, L, n), for each layer of each of n images. {@code gates} has
 *       those of S checkpoints, all layers of one before those of the next, {@code packed} the
 *       {@code signs} of T checkpoints. The first T are the sums of gates where a sign is set, the
 *       last two the sums of all gates and of their squares. Signs become at most {@code most}
 *       numbers at a time, beyond those of one checkpoint
 *   <li>{@code pullback_rows(...)}: what {@code rows} gives, without the gradients and their pass
 *   <li>{@code rows_and_decisions(...)}, {@code pullback_rows_and_decisions(...)}: what these two
 *       give, and then for every ReLU call whether z &gt; 0 (bool) and for every max-pool call its
 *       selections
 * </ul>
 *
 * <p>The methods of a program of neurons, {@link Compiler#neurons}: {@code forward}, {@code
 * pullback} and the four of rows as above, where C is the number of the layer's channels, logits
 * are their pre-activations, and {@code targets} are channels; decisions are those of the ReLU and
 * max-pool calls before the layer.
 *
 * <p>The method of a calibration's program, {@link Compiler#calibration}:
 *
 * <ul>
 *   <li>{@code distributions(x, n: int, steps: List[int]) -> (moments: List[Tensor], points:
 *       List[Tensor])}: of the first n images' pre-activations, for each layer and channel over
 *       images and positions, mean and sum of squared deviations, float64 (C, 2); and of the values
 *       in ascending order the least, the middle one of every {@code steps[l]} between, and the
 *       largest, (C, P)
 * </ul>
 *
 * <p>The methods of a Gram matrix's program, {@link Compiler#gram}, for n of the N images, m and n
 * images of a block, d' gates of a layer filled up to a multiple of 64; gates that are integers and
 * pixels are int8, and {@code form} says how they are multiplied, see {@code
 * curtain.gram.IntegerProducts}:
 *
 * <ul>
 *   <li>{@code gate_rows(x, n: int, temperatures, dithers: List[Tensor]) -> (logits, features,
 *       gates: List[Tensor])}: the first n images' gates (n, d') in H, W, C order
 *   <li>{@code dithers(like, sizes: List[int]) -> List[Tensor]}: u of every gate, float32 (d)
 *   <li>{@code norms(gates) -> Tensor}: sums of squares, float64 (L, n)
 *   <li>{@code room(gates, m: int) -> List[Tensor]}, {@code place(all, gates, at: int)}: gates of
 *       several batches in one block
 *   <li>{@code inner(a, b, cut: int, form: int) -> Tensor}: inner products of rows, float64 (m, n)
 *   <li>{@code multiply(a, b, norms_a, norms_b, cut: int, form: int, divisor: float, bias: float,
 *       keep: bool) -> (mantissa, exponent, layer_sum, layers: List[Tensor])}: the product over
 *       layers of (inner/divisor + bias), float64 (m, n), and the sum of its normalised factors;
 *       {@code own(norms, divisor, bias)}: the same of images with themselves
 *   <li>{@code pixel_rows(pixels) -> Tensor}, {@code pixel_products(a, b, cut, form: int, d: int,
 *       bias) -> Tensor}, {@code pixel_norms(a, d, bias) -> Tensor}: the input's factor
 *   <li>{@code feature_products(a, b, bias) -> Tensor}: the penultimate feature's
 *   <li>{@code packed(gates, first: int, end: int) -> Tensor}, {@code unpacked(bytes, sizes:
 *       List[int]) -> List[Tensor]}: gates as they are stored, uint8 (n, bytes)
 * </ul>
 *
 * @param info what the program is, as it travels in the archive
 * @param source TorchScript text, without the method that convolves
 * @param constants the module's tensors
 * @param preparations what becomes of constants where oneDNN convolves, as expressions by name
 */
public record Program(
    ProgramInfo info, String source, List<Constant> constants, Map<String, String> preparations) {
  /** The extra file of an archive that has a method {@code prepare}: its name. */
  private static final String PREPARE_FILE = "prepare.txt";

  private static final String PREPARE = "prepare";

  /** Copies the list and the map. */
  public Program {
    constants = List.copyOf(constants);
    preparations = Collections.unmodifiableMap(new TreeMap<>(preparations));
  }

  /**
   * Writes the TorchScript archive, which PyTorch 1.13 and later run; equal programs give equal
   * bytes.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    write(file, Map.of());
  }

  /**
   * The same with more extra files, which {@code torch.jit.load} passes over unless asked for.
   *
   * @param more contents by name
   * @throws IOException if the file cannot be written
   */
  public void write(Path file, Map<String, String> more) throws IOException {
    write(file, source + GateText.convolve(info.options().target()), more);
  }

  /**
   * Writes an archive for builds of PyTorch with oneDNN's operators, such as this product's. Its
   * method {@code prepare(x) -> x}, for x (N, ...), is to be called once, before all others and on
   * a CPU only: weights then are in the layout that oneDNN works on for N images, which otherwise
   * every call makes anew, and what only a GPU uses is gone. Other batches work, too. A program for
   * GPUs is written as {@link #write} does.
   *
   * @throws IOException if the file cannot be written
   */
  public void writeForOneDnn(Path file) throws IOException {
    if (info.options().precision() != Precision.FLOAT32 || preparations.isEmpty()) {
      write(file);
      return;
    }
    Method prepare = new Method(PREPARE, "x: Tensor", "Tensor");
    prepare.line("n = torch.size(x, 0)");
    preparations.forEach((name, prepared) -> prepare.line("self.%s = %s", name, prepared));
    prepare.line("return x");
    write(
        file, source + GateText.convolveByOneDnn() + prepare.text(), Map.of(PREPARE_FILE, PREPARE));
  }

  private void write(Path file, String text, Map<String, String> more) throws IOException {
    Map<String, String> extra = new TreeMap<>(more);
    extra.put(ProgramInfo.FILE, info.toJson());
    TorchScriptArchive.write(
        file, Method.MODULE, text, constants, info.options().precision(), extra);
  }

  /**
   * The method of an archive that {@link #writeForOneDnn} wrote and that is to be called first on a
   * CPU; nothing for others.
   *
   * @throws IOException if the file cannot be read
   */
  public static Optional<String> prepare(Path file) throws IOException {
    return extra(file, PREPARE_FILE).filter(PREPARE::equals);
  }

  /**
   * Reads an extra file back.
   *
   * @param file anything
   * @param name of the extra file
   * @return nothing where the file is no such archive, or lacks it
   * @throws IOException if the file cannot be read
   */
  public static Optional<String> extra(Path file, String name) throws IOException {
    return TorchScriptArchive.extra(file, name);
  }
}
