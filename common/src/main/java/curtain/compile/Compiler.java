package curtain.compile;

import curtain.compile.BackwardPass.Gating;
import curtain.compile.ForwardPass.Mode;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Compiles a {@link Network} to a {@link Program}. */
public final class Compiler {
  private final Network network;
  private final CompileOptions options;
  private final NeuronText neurons;
  private final int last;

  private Compiler(Network network, CompileOptions options) {
    this(network, options, null);
  }

  /**
   * A compiler for the values of neurons in the place of logits; where {@code neurons} is null, for
   * logits.
   */
  private Compiler(Network network, CompileOptions options, NeuronText neurons) {
    this.network = network;
    this.options = options;
    this.neurons = neurons;
    this.last = neurons == null ? network.nodes().size() - 1 : neurons.node();
  }

  /**
   * Folds BatchNorm, derives the backward passes and writes them as text. {@link Program} lists the
   * methods.
   *
   * @throws IllegalArgumentException if the network's last operation gives no logits, if a
   *     pre-activation is read by more than its ReLU, or if no ReLU feeds a max-pool whose gradient
   *     needs a temperature
   */
  public static Program compile(Network network, CompileOptions options) {
    Compiler compiler = new Compiler(BatchNormFolding.apply(network), options);
    List<Constant> constants = compiler.constants(true);
    List<Method> methods =
        List.of(
            compiler.forward(),
            compiler.features(),
            compiler.preactivations(),
            compiler.selections(),
            compiler.frozen(),
            compiler.pullback(),
            compiler.gradient(),
            compiler.rows(true, false),
            compiler.rows(true, true),
            compiler.rows(false, false),
            compiler.rows(false, true),
            compiler.observed(),
            compiler.gatesOf());
    return program(
        ProgramInfo.of(network, options),
        constants,
        methods,
        GateText.methods(options.gate(), options.target()));
  }

  /**
   * Folds BatchNorm and writes the program of one layer's neurons [paper, section 3.1, Eq. 9]: with
   * the pre-activations of the channels in the place of logits, and nothing of the network behind
   * them. {@link Program} lists its methods.
   *
   * @param layer index of the ReLU call; its own gate is not applied
   * @param position h W + w for a channel's pre-activation at (h, w); -1 for its sum over positions
   * @throws IndexOutOfBoundsException where there is no such layer or position
   */
  public static Program neurons(Network network, CompileOptions options, int layer, int position) {
    ProgramInfo info = ProgramInfo.of(network, options);
    List<Integer> shape = info.relus().get(layer).shape();
    Objects.checkIndex(position + 1, (shape.size() == 3 ? shape.get(1) * shape.get(2) : 0) + 1);
    Network folded = BatchNormFolding.apply(network);
    Compiler compiler = new Compiler(folded, options, NeuronText.of(folded, layer, position));
    List<Constant> constants = compiler.constants(true);
    List<Method> methods =
        List.of(
            compiler.forward(),
            compiler.pullback(),
            compiler.rows(true, false),
            compiler.rows(true, true),
            compiler.rows(false, false),
            compiler.rows(false, true));
    return program(
        info.withClasses(shape.get(0)),
        constants,
        methods,
        GateText.methods(options.gate(), options.target()));
  }

  /**
   * Folds BatchNorm and writes the program of a Gram matrix: a forward pass that gives gates, and
   * their inner products. {@link Program} lists its methods.
   *
   * @param gate lambda of the product kernel
   * @param numbers how its values are kept and multiplied
   * @throws IllegalArgumentException where the numbers cannot hold the gate
   */
  public static Program gram(Network network, Gate gate, GateNumbers numbers) {
    return gram(network, gate, numbers, Target.ANY);
  }

  /**
   * The same for other devices.
   *
   * @throws IllegalArgumentException where the numbers cannot hold the gate
   */
  public static Program gram(Network network, Gate gate, GateNumbers numbers, Target target) {
    if (gate.isBaseline() || (numbers == GateNumbers.BITS) != (gate.kind() == Gate.Kind.HARD)) {
      throw new IllegalArgumentException("gate " + gate + " is not kept as " + numbers);
    }
    CompileOptions options =
        new CompileOptions(gate, PoolGate.SOFTMAX, false, Precision.FLOAT32, target);
    Compiler compiler = new Compiler(BatchNormFolding.apply(network), options);
    List<Constant> constants = compiler.constants(false);
    return program(
        ProgramInfo.of(network, options),
        constants,
        List.of(compiler.gateRows(numbers)),
        GateText.gram(gate, numbers, target));
  }

  /**
   * Folds BatchNorm and writes the program of a calibration: a forward pass that gives how
   * pre-activations are distributed. {@link Program} lists its method.
   */
  public static Program calibration(Network network) {
    return calibration(network, Target.ANY);
  }

  /** The same for other devices. */
  public static Program calibration(Network network, Target target) {
    CompileOptions options =
        new CompileOptions(
            Gate.SIGMOID, PoolGate.SOFTMAX, false, Precision.FLOAT32, target); // no gate is asked
    Compiler compiler = new Compiler(BatchNormFolding.apply(network), options);
    List<Constant> constants = compiler.constants(false);
    return program(
        ProgramInfo.of(network, options),
        constants,
        List.of(compiler.distributions()),
        GateText.distribution(options.gate(), target));
  }

  /** The module of these methods and of the text of those that they call. */
  static Program program(
      ProgramInfo info, List<Constant> all, List<Method> methods, String shared) {
    boolean forGpu = info.options().target().isGpu();
    Set<String> loaded =
        methods.stream().flatMap(m -> m.loaded().stream()).collect(Collectors.toUnmodifiableSet());
    // for a CPU a network has more forms of some weights
    List<Constant> constants =
        forGpu ? all.stream().filter(c -> loaded.contains(c.name())).toList() : all;
    StringBuilder text = new StringBuilder("class " + Method.MODULE + "(Module):\n");
    text.append("  __parameters__ = []\n");
    text.append(
        constants.stream()
            .map(c -> '"' + c.name() + "\", ")
            .collect(Collectors.joining("", "  __buffers__ = [", "]\n")));
    constants.forEach(c -> text.append("  ").append(c.name()).append(" : Tensor\n"));
    text.append("  training : bool\n  _is_full_backward_hook : Optional[bool]\n");
    methods.forEach(method -> text.append(method.text()));
    Map<String, String> preparations = new TreeMap<>();
    if (!forGpu) {
      methods.forEach(method -> preparations.putAll(method.preparations()));
    }
    methods.forEach(method -> preparations.keySet().removeAll(method.read()));
    return new Program(info, text.append(shared).toString(), constants, preparations);
  }

  private Method method(String name, String arguments, String result) {
    return new Method(name, arguments, result, options.target());
  }

  private Method forward() {
    Method method = method("forward", "x: Tensor", "Tensor");
    ForwardText.emit(network, method, Mode.PLAIN, last);
    return method.line("return %s", values(method));
  }

  /** The variable of the logits, or of the neurons' values. */
  private String values(Method method) {
    return neurons == null ? "x" + last : neurons.values(method);
  }

  private String backward(Method method, Gating gating) {
    if (neurons == null) {
      return BackwardText.emit(network, method, gating);
    }
    String seed = neurons.seed(method, gating.prefix(), gating.copies());
    return BackwardText.emit(network, method, gating, last, seed);
  }

  private Method features() {
    Method method = method("features", "x: Tensor", "Tensor");
    ForwardText.emit(network, method, Mode.PLAIN, network.penultimate());
    return method.line("return %s", feature());
  }

  /** The penultimate feature, averaged over positions where it has any. */
  private String feature() {
    int feature = network.penultimate();
    boolean positions = network.nodes().get(feature).shape().size() == 3;
    return String.format(Locale.ROOT, positions ? "torch.mean(x%d, [2, 3])" : "x%d", feature);
  }

  private Method gateRows(GateNumbers numbers) {
    Method method =
        method(
            "gate_rows",
            "x: Tensor, n: int, temperatures: List[Tensor], dithers: List[Tensor]",
            "Tuple[Tensor, Tensor, List[Tensor]]");
    ForwardText.emit(network, method, Mode.KEEP, last);
    List<String> layers = ForwardText.preactivations(network);
    for (int l = 0; l < layers.size(); l++) {
      String z = layers.get(l);
      switch (numbers) {
        case BITS -> method.line("rows_%1$s = self._hard_rows(%1$s, n)", z);
        case BYTES ->
            method.line(
                "rows_%1$s = self._dithered_rows(%1$s, n, temperatures[%2$d]," + " dithers[%2$d])",
                z, l);
        case FLOATS ->
            method.line("rows_%1$s = self._smooth_rows(%1$s, n, temperatures[%2$d])", z, l);
      }
    }
    return method.line(
        "return (x%d[:n], %s[:n], [%s])", last, feature(), prefixed("rows_", layers));
  }

  private Method preactivations() {
    Method method = method("preactivations", "x: Tensor", "Tuple[Tensor, List[Tensor]]");
    ForwardText.emit(network, method, Mode.KEEP, last);
    return method.line(
        "return (x%d, [%s])", last, String.join(", ", ForwardText.preactivations(network)));
  }

  private Method selections() {
    Method method = method("selections", "x: Tensor", "List[Tensor]");
    List<Integer> pools = network.indicesOf(Operation.MaxPool.class);
    if (pools.isEmpty()) {
      return method.line("return annotate(List[Tensor], [])");
    }
    ForwardText.emit(network, method, Mode.KEEP_SELECTIONS, pools.get(pools.size() - 1));
    return method.line("return [%s]", String.join(", ", ForwardText.selections(network, last)));
  }

  private Method frozen() {
    Method method =
        method("frozen", "x: Tensor, gates: List[Tensor], pools: List[Tensor]", "Tensor");
    ForwardText.emit(network, method, Mode.FROZEN, last);
    return method.line("return x%d", last);
  }

  private Method pullback() {
    Method method =
        method(
            "pullback",
            "x: Tensor, targets: Tensor, temperatures: List[Tensor]",
            "Tuple[Tensor, Tensor]");
    boolean hardPools = options.pool() == PoolGate.HARD;
    ForwardText.emit(network, method, hardPools ? Mode.KEEP_SELECTIONS : Mode.KEEP, last);
    String values = values(method);
    emitPullback(method);
    return method.line("return (%s, pullbacks)", values);
  }

  private Method gradient() {
    Method method = method("gradient", "x: Tensor, targets: Tensor", "Tuple[Tensor, Tensor]");
    ForwardText.emit(network, method, Mode.KEEP_SELECTIONS, last);
    emitGradient(method);
    return method.line("return (x%d, gradients)", last);
  }

  private Method rows(boolean gradients, boolean decisions) {
    Method method =
        method(
            (gradients ? "rows" : "pullback_rows") + (decisions ? "_and_decisions" : ""),
            "x: Tensor, targets: Tensor, top: int, temperatures: List[Tensor]",
            "Tuple[Tensor, Tensor, Tensor"
                + (gradients ? ", Tensor" : "")
                + (decisions ? ", List[Tensor], List[Tensor]]" : "]"));
    boolean selections = gradients || decisions || options.pool() == PoolGate.HARD;
    ForwardText.emit(network, method, selections ? Mode.KEEP_SELECTIONS : Mode.KEEP, last);
    String values = values(method);
    method.line("if top > 0:");
    method.line("  targets = torch.topk(%s, top)[1]", values);
    String more = "";
    if (decisions) {
      List<String> signs =
          ForwardText.preactivations(network, last).stream()
              .map(z -> "torch.gt(" + z + ", 0)")
              .toList();
      method.line("signs = %s", list(signs));
      method.line("selected = %s", selected());
      more = ", signs, selected";
    }
    emitPullback(method);
    if (gradients) {
      emitGradient(method);
      more = ", gradients" + more;
    }
    return method.line("return (%s, targets, pullbacks%s)", values, more);
  }

  private Method observed() {
    Method method =
        method(
            "observed",
            "x: Tensor, targets: Tensor, n: int, margin: float, neurons: bool,"
                + " temperatures: List[Tensor]",
            "Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, List[Tensor]]");
    ForwardText.emit(network, method, Mode.KEEP_SELECTIONS, last);
    // before the backward pass, which lowers pre-activations in place
    method.line(
        "signs, uncertain, ever, counts = self._observe([%s], n, margin, neurons)",
        String.join(", ", ForwardText.preactivations(network)));
    emitPullback(method);
    String gradient = BackwardText.emit(network, method, Gating.VANILLA);
    return method.line(
        "return (x%d, pullbacks, %s, signs, uncertain, ever, counts)", last, gradient);
  }

  private static String prefixed(String prefix, List<String> names) {
    return names.stream().map(name -> prefix + name).collect(Collectors.joining(", "));
  }

  private Method gatesOf() {
    Method method =
        method(
            "gates_of",
            "x: Tensor, temperatures: List[Tensor]",
            "Tuple[Tensor, List[Tensor], List[Tensor], List[Tensor]]");
    ForwardText.emit(network, method, Mode.KEEP_SELECTIONS, last);
    List<Integer> relus = network.indicesOf(Operation.Relu.class);
    List<String> layers = ForwardText.preactivations(network);
    for (int l = 0; l < layers.size(); l++) {
      String z = layers.get(l);
      Operation.Relu relu = (Operation.Relu) network.nodes().get(relus.get(l)).operation();
      // over the ReLU's value, which nothing reads any more; comparing floats in place is
      // vectorised
      method.line("hard_%s = torch.gt_(x%d, 0)", z, relus.get(l));
      if (options.compatAuthors() && relu.functional()) {
        method.line("smooth_%1$s = hard_%1$s", z);
      } else {
        method.line("smooth_%1$s = self._smooth_gate(%1$s, temperatures[%2$d])", z, l);
      }
    }
    return method.line(
        "return (x%d, [%s], [%s], %s)",
        last, prefixed("hard_", layers), prefixed("smooth_", layers), selected());
  }

  private Method distributions() {
    Method method =
        method(
            "distributions",
            "x: Tensor, n: int, steps: List[int]",
            "Tuple[List[Tensor], List[Tensor]]");
    ForwardText.emit(network, method, Mode.KEEP, last);
    List<String> layers = ForwardText.preactivations(network);
    for (int l = 0; l < layers.size(); l++) {
      method.line(
          "moments_%1$s, points_%1$s = self._distribution(%1$s, n, steps[%2$d])", layers.get(l), l);
    }
    return method.line(
        "return ([%s], [%s])", prefixed("moments_", layers), prefixed("points_", layers));
  }

  private String selected() {
    return list(ForwardText.selections(network, last));
  }

  private static String list(List<String> tensors) {
    return tensors.isEmpty()
        ? "annotate(List[Tensor], [])"
        : "[" + String.join(", ", tensors) + "]";
  }

  private void emitPullback(Method method) {
    boolean hard = options.gate().kind() == Gate.Kind.HARD;
    boolean hardPools = options.pool() == PoolGate.HARD;
    method.line("m = torch.size(temperatures[0], 0)");
    Gating gating = new Gating("g", "m", hard, hardPools, options.compatAuthors());
    String gradient = backward(method, gating);
    int side = network.imageSize();
    method.line(
        "pullbacks = torch.reshape(%s, [m, torch.size(x, 0), -1, 3, %d, %d])",
        gradient, side, side);
  }

  private void emitGradient(Method method) {
    String gradient = backward(method, Gating.VANILLA);
    int side = network.imageSize();
    method.line(
        "gradients = torch.reshape(%s, [torch.size(x, 0), -1, 3, %d, %d])", gradient, side, side);
  }

  private List<Constant> constants(boolean backward) {
    return IntStream.rangeClosed(0, last)
        .mapToObj(i -> Texts.of(network, i).constants(backward))
        .flatMap(List::stream)
        .toList();
  }
}
