package curtain.jobs.gram;

import curtain.gates.Gate;
import curtain.gram.GramOptions;
import curtain.jobs.command.GateArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TemperatureArguments;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Options on the gates lambda of a product kernel (spec 3), and the precision of their products.
 */
public final class LambdaArguments {
  /** Value of {@code --precision}. */
  private enum Numbers {
    FP32,
    INT8;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--gate",
      paramLabel = "NAME",
      converter = LambdaConverter.class,
      completionCandidates = Lambdas.class,
      defaultValue = "sigmoid",
      description =
          "lambda, a function of s = z/T: hard, 1 for z > 0, else 0; sigmoid; softsign,"
              + " (1 + s/(1 + |s|))/2; normal-cdf; leaky:A, 1 for z > 0, else A in [0, 1]"
              + " (default: ${DEFAULT-VALUE}).")
  private Gate gate;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.3",
      converter = TemperatureArguments.TemperatureConverter.class,
      description =
          "Temperature of lambda, in units of the pre-activations, above 0; hard gates have none"
              + " (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--precision",
      paramLabel = "fp32|int8",
      defaultValue = "fp32",
      description =
          "Precision in which smooth gates are multiplied: fp32; int8, dithered, log|K| within 0.01,"
              + " faster where the processor has VNNI. Hard gates are always multiplied exactly"
              + " (default: ${DEFAULT-VALUE}).")
  private Numbers precision;

  @Option(
      names = "--no-bias-coordinate",
      description = "Leave out the constant coordinate, which adds 1 to every inner product.")
  private boolean noBiasCoordinate;

  /** The gate lambda. */
  public Gate gate() {
    return gate;
  }

  double temperature() {
    return temperature;
  }

  /** Gate, temperature, precision and constant coordinate of the kernel. */
  public GramOptions gram() {
    return GramOptions.of(gate, temperature, precision == Numbers.INT8, !noBiasCoordinate);
  }

  /** The precision in which gates are multiplied, {@code int8} or {@code fp32}. */
  public String precision() {
    return (gate.kind() == Gate.Kind.HARD ? Numbers.INT8 : precision).toString();
  }

  /** The settings that decide results. */
  Settings settings() {
    return Settings.builder()
        .add("gate", gate)
        .add("temperature", temperature)
        .add("precision", precision())
        .add("no-bias-coordinate", noBiasCoordinate)
        .build();
  }

  private static final class Lambdas implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return GateArguments.named(Gate.GATES);
    }
  }

  private static final class LambdaConverter implements ITypeConverter<Gate> {
    @Override
    public Gate convert(String value) {
      try {
        Gate gate = Gate.parse(value);
        if (!gate.isBaseline()) {
          return gate;
        }
      } catch (IllegalArgumentException e) {
        // refused below
      }
      throw new TypeConversionException("'" + value + "' is none of " + Gate.GATES);
    }
  }
}
