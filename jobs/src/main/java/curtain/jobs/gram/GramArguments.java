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

/** Options on what a Gram matrix is of, and what remains of it. */
final class GramArguments {
  /** The setting's name. */
  static final String BLOCK_SIZE = "block-size";

  /** Matrices of doubles in a tile, beside those of layers. */
  private static final int KERNELS = 6;

  /** Bytes that a tile takes in Java's heap where nothing else was asked for. */
  private static final double TILE_BYTES = 1L << 28;

  /** Bytes that a block's gates take on the device where nothing else was asked for. */
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

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      description =
          "Multiply the normalised kernels with the vectors of a table, too, without room for a"
              + " matrix: Parquet, a file or directory, path or Hadoop URI, with columns image_id"
              + " string and values array<double>, as many numbers for each image of the columns;"
              + " images that it lacks count as 0. Needs --keep top:K or none.")
  private String vectors;

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

  /** The table of vectors, or null. */
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
   * Refuses combinations that mean nothing, and an output that holds what the job reads.
   *
   * @throws ParameterException naming the combination
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
   * Images of a block: what was asked for, else that of the run that is resumed, else as many as
   * fit.
   *
   * @param images of the larger set
   * @param local whether tiles are made in this process's heap
   * @param resumed of the run that is resumed, or null
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

  /** What decides results. */
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
