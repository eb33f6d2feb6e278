package curtain.jobs;

import curtain.compile.ProgramInfo;
import curtain.gates.Gate;
import curtain.gram.GramKernel;
import curtain.gram.GramOptions;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options on what a Gram matrix is of, and what remains of it. */
final class GramArguments {
  /** Bytes that a block's gates take on the device where nothing else was asked for. */
  private static final long BLOCK_BYTES = 2L << 30;

  private static final long BLOCK_BYTES_ON_GPU = 16L << 30;
  private static final int LARGEST_BLOCK = 1024;
  private static final int STEP = 16;
  private static final int LEAST_BLOCKS = 4;

  /** Value of {@code --precision}. */
  private enum Numbers {
    FP32,
    INT8
  }

  /** Value of {@code --paths}. */
  private enum Paths {
    EXACT
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--columns",
      paramLabel = "URI",
      description =
          "A second set of images, for the columns: the matrix is --images x --columns (default:"
              + " --images with each other).")
  private String columns;

  @Option(
      names = "--gate",
      paramLabel = "NAME",
      converter = GateArguments.GateConverter.class,
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
      converter = PullbackArguments.TemperatureConverter.class,
      description =
          "Temperature of lambda, in units of the pre-activations, above 0; hard gates have none"
              + " (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--precision",
      paramLabel = "fp32|int8",
      converter = NumbersConverter.class,
      defaultValue = "fp32",
      description =
          "Numbers that smooth gates are multiplied in: fp32; int8, dithered, faster, log|K| within"
              + " 0.01. Hard gates are always multiplied in int8, exactly (default:"
              + " ${DEFAULT-VALUE}).")
  private Numbers precision;

  @Option(
      names = "--no-bias-coordinate",
      description = "Inner products without the constant coordinate's +1.")
  private boolean noBiasCoordinate;

  @Option(
      names = "--keep",
      paramLabel = "WHAT",
      converter = KeepConverter.class,
      defaultValue = "tiles",
      description =
          "tiles, the matrices; or of the normalised kernels top:K, the K most similar images of"
              + " each, and the means by class and sums by row; none, only those two. They need no"
              + " room for a matrix, and compute both of its triangles (default:"
              + " ${DEFAULT-VALUE}).")
  private Keep keep;

  @Option(
      names = "--keep-layers",
      description = "Tiles of each layer's inner products, too: kernels layer:0, layer:1, ...")
  private boolean keepLayers;

  @Option(
      names = "--paths",
      paramLabel = "exact",
      converter = PathsConverter.class,
      description =
          "exact: the exact path kernel, too, kernel paths: the inner product over the paths that"
              + " exist in the network. One pass for every pair of images: for small sets; its cost"
              + " is printed before the start.")
  private Paths paths;

  @Option(
      names = "--block-size",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description =
          "Images of a tile's rows and columns, 1 to 65536; a task holds the gates of so many in"
              + " memory (default: as many as take 2 GiB there, on a GPU 16, at most 1024, and a"
              + " quarter of the images).")
  private Integer blockSize;

  @Option(
      names = "--gate-store",
      paramLabel = "auto|none|DIR",
      defaultValue = "auto",
      description =
          "Where gates lie, packed, until the matrix is done: in DIR, a path or Hadoop URI; none:"
              + " nowhere, the network is run again for every block of columns; auto: in --output,"
              + " where an estimate, which is printed, says that it is faster; on a cluster none"
              + " (default: ${DEFAULT-VALUE}).")
  private String gateStore;

  /** The second set, or null. */
  String columns() {
    return columns;
  }

  Keep keep() {
    return keep;
  }

  boolean keepLayers() {
    return keepLayers;
  }

  boolean paths() {
    return paths == Paths.EXACT;
  }

  double temperature() {
    return temperature;
  }

  String gateStore() {
    return gateStore;
  }

  Gate gate() {
    return gate;
  }

  /**
   * Refuses combinations that mean nothing.
   *
   * @throws ParameterException naming them
   */
  void check() {
    if (keepLayers && !keep.tiles()) {
      throw new ParameterException(
          command.commandLine(), "--keep-layers needs --keep tiles, not " + keep);
    }
    if (paths() && !keep.tiles()) {
      throw new ParameterException(
          command.commandLine(), "--paths exact needs --keep tiles, not " + keep);
    }
  }

  /** What is multiplied. */
  GramOptions gram() {
    return GramOptions.of(gate, temperature, precision == Numbers.INT8, !noBiasCoordinate);
  }

  /** {@code int8} or {@code fp32}: what gates are multiplied in. */
  String precision() {
    return gate.kind() == Gate.Kind.HARD || precision == Numbers.INT8 ? "int8" : "fp32";
  }

  /**
   * Images of a block.
   *
   * @param images of the larger set
   */
  int blockSize(ProgramInfo info, int images, boolean gpu) {
    if (blockSize != null) {
      return blockSize;
    }
    long bytes = GramKernel.gates(info) * gram().bytesPerGate();
    long fit = (gpu ? BLOCK_BYTES_ON_GPU : BLOCK_BYTES) / bytes;
    long quarter = (images + LEAST_BLOCKS - 1L) / LEAST_BLOCKS;
    long most = Math.min(Math.min(fit, LARGEST_BLOCK), quarter + STEP - 1);
    return (int) Math.max(1, most / STEP) * STEP;
  }

  /** Adds what decides results, see {@link ImageArguments#describe}. */
  void describe(Map<String, String> settings, ProgramInfo info, int block) {
    settings.put("gate", gate.toString());
    settings.put("temperature", String.valueOf(temperature));
    settings.put("precision", precision());
    settings.put("bias-coordinate", String.valueOf(!noBiasCoordinate));
    settings.put("keep", keep.toString());
    settings.put("keep-layers", String.valueOf(keepLayers));
    settings.put("paths", paths() ? "exact" : "none");
    settings.put("block-size", String.valueOf(block));
    settings.put("layers", String.valueOf(info.relus().size()));
  }

  private static final class NumbersConverter implements ITypeConverter<Numbers> {
    @Override
    public Numbers convert(String value) {
      return switch (value) {
        case "fp32" -> Numbers.FP32;
        case "int8" -> Numbers.INT8;
        default -> throw new TypeConversionException("'" + value + "' is neither fp32 nor int8");
      };
    }
  }

  private static final class PathsConverter implements ITypeConverter<Paths> {
    @Override
    public Paths convert(String value) {
      if (!value.equals("exact")) {
        throw new TypeConversionException("'" + value + "' is not exact");
      }
      return Paths.EXACT;
    }
  }

  private static final class KeepConverter implements ITypeConverter<Keep> {
    @Override
    public Keep convert(String value) {
      try {
        return Keep.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
