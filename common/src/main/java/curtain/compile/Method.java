package curtain.compile;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Text of one TorchScript method, line by line. */
final class Method {
  /** Class of the module that has the methods. */
  static final String MODULE = "Curtain";

  private final StringBuilder text = new StringBuilder();
  private final Set<String> loaded = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private final Map<String, String> preparations = new TreeMap<>();
  private final boolean forGpu;

  /**
   * Begins a method of a module for any device.
   *
   * @param arguments behind {@code self}, with their types
   */
  Method(String name, String arguments, String result) {
    this(name, arguments, result, Target.ANY);
  }

  /**
   * Begins a method of the module.
   *
   * @param arguments behind {@code self}, with their types
   */
  Method(String name, String arguments, String result, Target target) {
    forGpu = target.isGpu();
    text.append("  def ").append(name).append("(self: __torch__.").append(MODULE);
    text.append(", ").append(arguments).append(") -> ").append(result).append(":\n");
  }

  /** Adds a statement; {@code format} as {@link String#format} takes it. */
  Method line(String format, Object... arguments) {
    text.append("    ").append(String.format(Locale.ROOT, format, arguments)).append('\n');
    return this;
  }

  /** The local variable that holds the module's constant of this name. */
  String constant(String name) {
    read.add(name);
    return load(name);
  }

  private String load(String name) {
    if (loaded.add(name)) {
      line("%s = self.%s", name, name);
    }
    return name;
  }

  /** Whether the method is for GPUs alone. */
  boolean isForGpu() {
    return forGpu;
  }

  /** Constants that the method uses in any way. */
  Set<String> loaded() {
    return Collections.unmodifiableSet(loaded);
  }

  /** Expression of the product of two matrices, one of which is a weight. */
  String product(String left, String right) {
    return (forGpu ? "self._product(" : "torch.matmul(") + left + ", " + right + ")";
  }

  /**
   * Expression of a convolution.
   *
   * @param from variable of the input
   * @param weight name of the constant (O, I, height, width)
   * @param bias variable, or null for none
   * @param stride of rows and columns
   * @param rows of zeros above and below
   * @param columns of zeros left and right
   * @param shape (C, H, W) of the input
   */
  String convolve(
      String from,
      String weight,
      String bias,
      int stride,
      int rows,
      int columns,
      List<Integer> shape) {
    return String.format(
        Locale.ROOT,
        "self._convolve(%s, %s, %s, %d, %d, %d)",
        from,
        weight(weight, stride, rows, columns, shape),
        bias == null ? "None" : bias,
        stride,
        rows,
        columns);
  }

  /**
   * The local variable of a constant that this method uses as the weights of such a convolution.
   * They take oneDNN's layout, unless some method also reads the {@link #constant} of this name.
   */
  String weight(String weight, int stride, int rows, int columns, List<Integer> shape) {
    preparations.put(
        weight,
        String.format(
            Locale.ROOT,
            "self._prepared(self.%s, %d, %d, %d, [n, %d, %d, %d])",
            weight,
            stride,
            rows,
            columns,
            shape.get(0),
            shape.get(1),
            shape.get(2)));
    return load(weight);
  }

  /** The local variable of a constant that is used on GPUs alone. */
  String gpuConstant(String name) {
    preparations.put(name, "self._released(self." + name + ")");
    return load(name);
  }

  String text() {
    return text.toString();
  }

  /**
   * What becomes of constants before the first call on a CPU, as expressions by name: weights take
   * oneDNN's layout for n images, and what is not used is released.
   */
  Map<String, String> preparations() {
    return Collections.unmodifiableMap(preparations);
  }

  /** Constants that are read as they are. */
  Set<String> read() {
    return Collections.unmodifiableSet(read);
  }
}
