package curtain.jobs.gram;

import curtain.compile.ProgramInfo;
import curtain.gram.GramKernel;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options on the images of a Gram matrix, its kernels, and what is kept of it. */
final class GramArguments {
  /** Name of the setting that holds the size of blocks. */
  static final String BLOCK_SIZE = "block-size";

  /** Number of float64 matrices in a tile, without those of layers. */
  private static final int KERNELS = 6;

  /** Bytes of a tile in Java's heap, without {@code --block-size}. */
  private static final double TILE_BYTES = 1L << 28;

  /** Bytes of a block's gates on the device, without {@code --block-size}. */
  private static final long BLOCK_BYTES = 2L << 30;

  private static final long BLOCK_BYTES_ON_GPU = 16L << 30;
  private static final int LARGEST_BLOCK = 1024;
  private static final int STEP = 16;
  private static final int LEAST_BLOCKS = 4;

  /** Value of {@code --paths}. */
  private enum Paths {
    EXACT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private LambdaArguments lambda;

  @Option(
      names = "--columns",
      paramLabel = "URI",
      description =
          "A second set of images, for the columns: the matrix is --images x --columns (default:"
              + " --images with each other).")
  private String columns;

  @Option(
      names = "--keep",
      paramLabel = "WHAT",
      converter = KeepConverter.class,
      defaultValue = "tiles",
      description =
          "What to keep: tiles, the matrices; top:K, by the normalised kernels the K most similar"
              + " images of each, means by class and sums by row; none, only the means and sums."
              + " Without tiles no room for a matrix is needed, and both of its triangles are"
              + " computed (default: ${DEFAULT-VALUE}).")
  private Keep keep;

  @Option(
      names = "--keep-layers",
      description =
          "Also keep tiles of each layer's inner products, as kernels layer:0, layer:1, ...")
  private boolean keepLayers;

  @Option(
      names = "--paths",
      paramLabel = "exact",
      description =
          "exact: also compute the exact path kernel, as kernel paths: the inner product over the"
              + " paths that exist in the network. It takes one pass for every pair of images, so"
              + " it suits small sets; its cost is printed before the start.")
  private Paths paths;

  @Option(
      names = "--block-size",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description =
          "Images of a tile's rows and columns, 1 to 65536, whose gates a task holds in memory"
              + " (default: as many as fit in 2 GiB, or 16 GiB of a GPU, at most 1024 and about a"
              + " quarter of the images).")
  private Integer blockSize;

  @Option(
      names = "--gate-store",
      paramLabel = "auto|none|DIR",
      defaultValue = "auto",
      description =
          "Where gates are stored, packed, until the matrix is done: DIR, a path or Hadoop URI;"
              + " none: nowhere, the network runs again for every block of columns; auto: in"
              + " --output if an estimate, which is printed, says that it is faster, and on a"
              + " cluster as none (default: ${DEFAULT-VALUE}).")
  private String gateStore;

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      description =
          "Also multiply the normalised kernels by the vectors of a table: Parquet, a file or"
              + " directory, path or Hadoop URI, with columns image_id string and values"
              + " array<double>, of one length for all images of the columns; images that it lacks"
              + " count as 0. Needs --keep top:K or none.")
  private String vectors;

  /** The URI of the second set of images, or null. */
  String columns() {
    return columns;
  }

  Keep keep() {
    return keep;
  }

  boolean keepLayers() {
    return keepLayers;
  }

  /** The path or URI of the table of vectors, or null. */
  String vectors() {
    return vectors;
  }

  LambdaArguments lambda() {
    return lambda;
  }

  boolean paths() {
    return paths == Paths.EXACT;
  }

  String gateStore() {
    return gateStore;
  }

  /**
   * Refuses options that have no effect together, and an output that holds what the job reads.
   *
   * @throws ParameterException naming the options
   */
  void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    if (keepLayers && !keep.tiles()) {
      throw new ParameterException(
          command.commandLine(), "--keep-layers needs --keep tiles, not " + keep);
    }
    if (paths() && !keep.tiles()) {
      throw new ParameterException(
          command.commandLine(), "--paths exact needs --keep tiles, not " + keep);
    }
    if (vectors != null && keep.tiles()) {
      throw new ParameterException(
          command.commandLine(), "--vectors needs --keep top:K or none, not " + keep);
    }
    if (columns != null) {
      output.spare("--columns", columns, conf);
    }
    if (storesInDirectory()) {
      output.spare("--gate-store", gateStore, conf);
    }
    if (vectors != null) {
      output.spare("--vectors", vectors, conf);
    }
  }

  /** Whether {@code --gate-store} names a directory. */
  boolean storesInDirectory() {
    return !gateStore.equals("auto") && !gateStore.equals("none");
  }

  /**
   * The number of images in a block: {@code --block-size}, else that of the run that is resumed,
   * else as many as fit.
   *
   * @param info layers of the network
   * @param images number of images in the larger set
   * @param gpu whether gates are on a GPU
   * @param local whether tiles are in the heap of this process
   * @param resumed block size of the run that is resumed, or null
   * @throws IllegalArgumentException where a tile would not fit the heap
   */
  int blockSize(ProgramInfo info, int images, boolean gpu, boolean local, String resumed) {
    long perPair = Double.BYTES * (KERNELS + (keepLayers ? info.relus().size() : 0L));
    if (blockSize != null) {
      long rows = Math.min(blockSize, images);
      long heap = Runtime.getRuntime().maxMemory();
      if (local && perPair * rows * rows > heap / 2) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "--block-size %d: a tile takes %,d MiB, more than half of Java's heap; give at most %d",
                blockSize,
                (perPair * rows * rows) >> 20,
                (int) Math.sqrt(heap / 2.0 / perPair)));
      }
      return blockSize;
    }
    if (resumed != null) {
      return Integer.parseInt(resumed);
    }
    long bytes = GramKernel.gates(info) * lambda.gram().bytesPerGate();
    long fit = (gpu ? BLOCK_BYTES_ON_GPU : BLOCK_BYTES) / bytes;
    long quarter = (images + LEAST_BLOCKS - 1L) / LEAST_BLOCKS;
    long tile = (long) Math.sqrt(TILE_BYTES / perPair);
    long most = Math.min(Math.min(fit, LARGEST_BLOCK), Math.min(tile, quarter + STEP - 1));
    return (int) Math.max(1, most / STEP) * STEP;
  }

  /** The settings that decide results. */
  Settings settings(ProgramInfo info, int block) {
    return Settings.builder()
        .addAll(lambda.settings())
        .add("keep", keep)
        .add("keep-layers", keepLayers)
        .add("paths", paths == null ? "none" : paths)
        .add(BLOCK_SIZE, block)
        .add("layers", info.relus().size())
        .build();
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
