package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.TileRow;
import curtain.jobs.shards.Parts;
import curtain.scores.BlockMatrix;
import curtain.scores.MatrixBlock;
import curtain.scores.Normalised;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.io.api.Binary;

/**
 * The normalised kernels, computed in one pass over the tiles of a Gram matrix. Memory: the tiles
 * of all stored kernels at one place, which follow each other in the table; the results are in
 * scratch files.
 */
final class KernelMatrices implements Closeable {
  private final GramInput input;
  private final List<KernelChoice> kernels;
  private final Set<String> needs;
  private final Map<List<String>, double[]> diagonals = new HashMap<>();
  private final List<BlockMatrix> matrices = new ArrayList<>();

  /** The position of a tile: that of its first row and column, and its size. */
  private record Place(int rowStart, int colStart, int rows, int cols) {}

  private KernelMatrices(GramInput input, List<KernelChoice> kernels) {
    this.input = input;
    this.kernels = kernels;
    this.needs = input.needs(kernels);
  }

  /**
   * Reads diagonals and tiles, and computes the kernels.
   *
   * @param rows number of images of the rows
   * @param columns number of images of the columns
   * @throws IOException when storage fails, or tiles or diagonals are missing or damaged
   */
  static KernelMatrices read(
      Parts gram, GramInput input, List<KernelChoice> kernels, int rows, int columns)
      throws IOException {
    KernelMatrices all = new KernelMatrices(input, kernels);
    try {
      for (int k = 0; k < kernels.size(); k++) {
        all.matrices.add(
            input.cross() ? BlockMatrix.rectangular(rows, columns) : BlockMatrix.symmetric(rows));
      }
      all.readDiagonals(gram, GramTables.ROW, rows);
      if (input.cross()) {
        all.readDiagonals(gram, GramTables.COLUMN, columns);
      }
      all.readTiles(gram);
      return all;
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /** The matrices, in the order of the kernels; all have their blocks in the same order. */
  List<BlockMatrix> all() {
    return matrices;
  }

  private static boolean isLogarithmic(String kernel) {
    return kernel.equals(GramTables.PRODUCT) || kernel.equals(GramTables.PATHS);
  }

  private void readDiagonals(Parts gram, String side, int count) throws IOException {
    for (String kernel : needs) {
      double[] none = new double[count];
      Arrays.fill(none, Double.NaN);
      diagonals.put(List.of(kernel, side), none);
    }
    gram.forEach(
        GramTables.DIAGONAL,
        wanted(),
        row -> {
          double[] diagonal = diagonals.get(List.of(row.kernel(), row.side()));
          Double value = isLogarithmic(row.kernel()) ? row.logKernel() : row.value();
          if (side.equals(row.side()) && value != null) {
            diagonal[Math.toIntExact(row.position())] = value;
          }
        });
    for (String kernel : needs) {
      boolean normalises = !kernel.equals(GramTables.LAYER_SUM);
      if (normalises
          && Arrays.stream(diagonals.get(List.of(kernel, side))).anyMatch(Double::isNaN)) {
        throw damaged(
            String.format(
                Locale.ROOT, "%s/ lacks values of kernel %s", GramTables.DIAGONAL.name(), kernel));
      }
    }
  }

  private void readTiles(Parts gram) throws IOException {
    Map<Place, Map<String, TileRow>> open = new LinkedHashMap<>();
    gram.forEach(
        GramTables.TILES,
        wanted(),
        row -> {
          Place place =
              new Place(
                  Math.toIntExact(row.rowStart()),
                  Math.toIntExact(row.colStart()),
                  row.rows(),
                  row.cols());
          Map<String, TileRow> tiles = open.computeIfAbsent(place, none -> new TreeMap<>());
          tiles.put(row.kernel(), row);
          if (tiles.size() == needs.size()) {
            open.remove(place);
            add(place, tiles);
          }
        });
    for (Map<String, TileRow> tiles : open.values()) {
      throw damaged(
          String.format(
              Locale.ROOT,
              "a tile has %s, but not all of %s",
              tiles.keySet(),
              String.join(", ", needs)));
    }
    try {
      for (BlockMatrix matrix : matrices) {
        matrix.checkWhole();
      }
    } catch (IllegalStateException e) {
      throw damaged(String.format(Locale.ROOT, "%s/: %s", GramTables.TILES.name(), e.getMessage()));
    }
  }

  /** A filter with which Parquet skips row groups of other kernels. */
  private FilterCompat.Filter wanted() {
    return FilterCompat.get(
        FilterApi.in(
            FilterApi.binaryColumn("kernel"),
            // Parquet calls contains(null), which Set.of does not allow.
            needs.stream()
                .map(Binary::fromString)
                .collect(Collectors.toCollection(java.util.HashSet::new))));
  }

  private void add(Place place, Map<String, TileRow> tiles) throws IOException {
    Map<String, double[]> factors = new HashMap<>();
    for (String kernel : needs) {
      factors.put(kernel, normalised(kernel, place, tiles.get(kernel)));
    }
    for (int k = 0; k < kernels.size(); k++) {
      matrices
          .get(k)
          .add(
              new MatrixBlock(
                  place.rowStart(),
                  place.colStart(),
                  place.rows(),
                  place.cols(),
                  combined(kernels.get(k), factors)));
    }
  }

  private double[] normalised(String kernel, Place place, TileRow tile) throws IOException {
    int size = Math.multiplyExact(place.rows(), place.cols());
    double[] values = isLogarithmic(kernel) ? tile.logKernel() : tile.value();
    byte[] signs = tile.sign();
    double[] rows = part(kernel, GramTables.ROW, place.rowStart(), place.rows());
    double[] cols =
        part(
            kernel,
            input.cross() ? GramTables.COLUMN : GramTables.ROW,
            place.colStart(),
            place.cols());
    if (values == null
        || values.length != size
        || (isLogarithmic(kernel) && (signs == null || signs.length != size))) {
      throw damaged(
          String.format(Locale.ROOT, "a tile of kernel %s does not have %d values", kernel, size));
    }
    if (kernel.equals(GramTables.LAYER_SUM)) {
      return values;
    }
    return isLogarithmic(kernel)
        ? Normalised.ofLogs(values, signs, rows, cols)
        : Normalised.ofProducts(values, rows, cols);
  }

  private double[] part(String kernel, String side, int start, int count) throws IOException {
    double[] diagonal = diagonals.get(List.of(kernel, side));
    if (start < 0 || count < 1 || start > diagonal.length - count) {
      throw damaged(
          String.format(
              Locale.ROOT,
              "a tile of kernel %s reaches beyond the %d images of %s/",
              kernel,
              diagonal.length,
              GramTables.MEMBERS.name()));
    }
    return Arrays.copyOfRange(diagonal, start, start + count);
  }

  private double[] combined(KernelChoice kernel, Map<String, double[]> factors) {
    KernelChoice.Tempered tempered = kernel.tempered();
    if (tempered == null) {
      return factors.get(kernel.stored());
    }
    double[] input = tempered.input() ? factors.get(GramTables.PIXEL) : null;
    double[] sums = factors.get(GramTables.LAYER_SUM);
    int layers = tempered.count(this.input.layers());
    if (!tempered.isWhole(this.input.layers())) {
      sums = new double[factors.values().iterator().next().length];
      for (int layer = tempered.from(); layer <= tempered.to(); layer++) {
        double[] factor = factors.get(GramTables.LAYER + layer);
        for (int i = 0; i < sums.length; i++) {
          sums[i] += factor[i];
        }
      }
    }
    return Normalised.tempered(input, sums, layers, tempered.p(this.input.layers()));
  }

  private IOException damaged(String what) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "--input %s is damaged: %s; run curtain gram again",
            input.made().given(),
            what));
  }

  @Override
  public void close() throws IOException {
    for (BlockMatrix matrix : matrices) {
      matrix.close();
    }
  }
}
