package curtain.jobs.command;

import curtain.compile.CompileOptions;
import curtain.compile.Precision;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options on the backward pass, which are fixed when a network is compiled. */
public final class GateArguments {
  /** The values of {@code --compat}. */
  enum Compat {
    /** As in the paper's released code, functional ReLUs stay hard. */
    AUTHORS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--gate",
      paramLabel = "NAME",
      converter = GateConverter.class,
      completionCandidates = Gates.class,
      defaultValue = "sigmoid",
      description =
          "Backward factor of a ReLU, a function of s = z/T: sigmoid; softsign,"
              + " (1 + s/(1 + |s|))/2; normal-cdf; hard; leaky:A, 1 for z > 0, else A in [0, 1]"
              + " (Linse et al. 2024). Baselines, no excitation pullbacks: b-silu (Horuz et al."
              + " 2025); guided, for z > 0 and a gradient above 0 (Springenberg et al. 2015);"
              + " deconv, for a gradient above 0 (Zeiler and Fergus 2014); for the last two f(x) ="
              + " f(0) + <v, x> does not hold (default: ${DEFAULT-VALUE}).")
  private Gate gate;

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      defaultValue = "softmax",
      description =
          "Backward pass of a max-pool: softmax, the derivative of softmax pooling with the same T;"
              + " hard, to the largest element (default: ${DEFAULT-VALUE}).")
  private PoolGate pool;

  @Option(
      names = "--compat",
      paramLabel = "authors",
      description =
          "authors: functional ReLUs stay hard, as in the paper's released code (DenseNet's last,"
              + " every one of the CIFAR ResNets).")
  private Compat compat;

  /** The value of {@code --gate}. */
  public Gate gate() {
    return gate;
  }

  PoolGate pool() {
    return pool;
  }

  /** The options of the compiler, in float32. */
  public CompileOptions options() {
    return new CompileOptions(gate, pool, compat == Compat.AUTHORS, Precision.FLOAT32);
  }

  /** The settings that decide results. */
  public Settings settings() {
    return Settings.builder()
        .add("gate", gate)
        .add("pool", pool)
        .add("compat", compat == null ? "none" : compat)
        .build();
  }

  /** The values of {@code --gate}, with {@code leaky:} without its number. */
  private static final class Gates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return named(Gate.VALUES);
    }
  }

  /** The values for completion from a list in {@link Gate}, {@code leaky:} without its number. */
  public static Iterator<String> named(String gates) {
    return Arrays.stream(gates.split(", ", -1))
        .map(name -> name.replaceFirst("A .*", ""))
        .iterator();
  }

  static final class GateConverter implements ITypeConverter<Gate> {
    @Override
    public Gate convert(String value) {
      try {
        return Gate.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + value + "' is none of " + Gate.VALUES);
      }
    }
  }
}
