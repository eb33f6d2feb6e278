package curtain.jobs.command;

import picocli.CommandLine.Option;

/** The option on the precision of a network's arithmetic. */
public final class PrecisionArguments {
  /** The setting's name in an output. */
  static final String PRECISION = "precision";

  @Option(
      names = "--" + PRECISION,
      paramLabel = "NAME",
      defaultValue = "fp32",
      description =
          "Arithmetic of convolutions and linear maps: fp32, float32 on every device; on GPUs also"
              + " tf32, convolutions with operands of 10 bits behind the point; bf16, both with"
              + " operands and results of 7 bits. All else is float32 (default: ${DEFAULT-VALUE}).")
  private NetworkPrecision precision;

  /** The value of {@code --precision}. */
  public NetworkPrecision value() {
    return precision;
  }

  /** The setting that decides results. */
  public Settings settings() {
    return Settings.builder().add(PRECISION, precision).build();
  }
}
