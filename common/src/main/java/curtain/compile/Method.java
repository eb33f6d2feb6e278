package curtain.compile;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Text of one TorchScript method, line by line. */
final class Method {
  private final StringBuilder text = new StringBuilder();
  private final Set<String> loaded = new HashSet<>();

  /**
   * Begins a method of the module.
   *
   * @param arguments behind {@code self}, with their types
   */
  Method(String name, String arguments, String result) {
    text.append("  def ").append(name).append("(self: __torch__.").append(Program.MODULE);
    text.append(", ").append(arguments).append(") -> ").append(result).append(":\n");
  }

  /** Adds a statement; {@code format} as {@link String#format} takes it. */
  Method line(String format, Object... arguments) {
    text.append("    ").append(String.format(Locale.ROOT, format, arguments)).append('\n');
    return this;
  }

  /** The local variable that holds the module's constant of this name. */
  String constant(String name) {
    if (loaded.add(name)) {
      line("%s = self.%s", name, name);
    }
    return name;
  }

  /** Arguments of a convolution behind its weights; without bias for null. */
  String convolution(String bias, int stride, int rowPadding, int columnPadding, boolean point) {
    String arguments =
        String.format(
            Locale.ROOT,
            "%s, [%d, %d], [%d, %d]",
            bias == null ? "None" : bias,
            stride,
            stride,
            rowPadding,
            columnPadding);
    if (!point) {
      return arguments;
    }
    if (loaded.add("dilation")) {
      line("dilation = self._dilation(x)");
    }
    return arguments + ", dilation";
  }

  String text() {
    return text.toString();
  }
}
