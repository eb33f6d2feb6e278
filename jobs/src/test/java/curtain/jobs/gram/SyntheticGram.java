package curtain.jobs.gram;

import curtain.jobs.shards.MergedRun;
import curtain.jobs.shards.Mode;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.shards.ShardResult;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/** Outputs of gram over images that are random vectors: the layout of spec 12, computed plainly. */
public final class SyntheticGram {
  public static final int LAYERS = 3;
  public static final int WIDTH = 12;
  public static final int CLASSES = 4;

  /** Vectors of the images of both sides; the second has none of one set. */
  final double[][][] pixels;

  private final double[][][][] gates;
  private final double[][][] features;
  final float[][][] logits;
  public final Integer[][] labels;
  private final int bias;

  /**
   * @param bias whether inner products get + 1; else some are 0, and an image has no gates
   * @param counts numbers of images: rows, and columns where there is a second set
   */
  public SyntheticGram(Random random, boolean bias, int... counts) {
    this.bias = bias ? 1 : 0;
    pixels = new double[counts.length][][];
    features = new double[counts.length][][];
    gates = new double[counts.length][LAYERS][][];
    logits = new float[counts.length][][];
    labels = new Integer[counts.length][];
    double[][] mix = vectors(random, CLASSES, WIDTH);
    for (int side = 0; side < counts.length; side++) {
      int n = counts[side];
      pixels[side] = vectors(random, n, WIDTH);
      features[side] = vectors(random, n, WIDTH);
      logits[side] = new float[n][CLASSES];
      labels[side] = new Integer[n];
      for (int layer = 0; layer < LAYERS; layer++) {
        gates[side][layer] = vectors(random, n, WIDTH);
        for (double[] row : gates[side][layer]) {
          for (int d = 0; d < WIDTH; d++) {
            row[d] = row[d] > 0.7 ? 1 : 0;
          }
        }
      }
      if (!bias) {
        gates[side][1][Math.min(2, n - 1)] = new double[WIDTH];
      }
      for (int i = 0; i < n; i++) {
        labels[side][i] = i % CLASSES;
        pixels[side][i][i % CLASSES] += 1.5;
        for (int c = 0; c < CLASSES; c++) {
          logits[side][i][c] = (float) dot(mix[c], pixels[side][i]);
        }
      }
    }
  }

  private static double[][] vectors(Random random, int n, int width) {
    double[][] vectors = new double[n][width];
    for (double[] row : vectors) {
      for (int d = 0; d < width; d++) {
        row[d] = random.nextGaussian();
      }
    }
    return vectors;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private int columnSide() {
    return pixels.length - 1;
  }

  private double factor(int layer, int side, int i, int otherSide, int j) {
    return dot(gates[side][layer][i], gates[otherSide][layer][j]) + bias;
  }

  private double normalised(int layer, int side, int i, int otherSide, int j) {
    double scale =
        Math.sqrt(factor(layer, side, i, side, i) * factor(layer, otherSide, j, otherSide, j));
    return scale > 0 ? factor(layer, side, i, otherSide, j) / scale : 0;
  }

  /** K(x, x') of a kernel; of products before the logarithm. */
  public double value(String kernel, int side, int i, int otherSide, int j) {
    double pixel = dot(pixels[side][i], pixels[otherSide][j]) + bias;
    double sum = 0;
    double product = pixel;
    for (int layer = 0; layer < LAYERS; layer++) {
      sum += normalised(layer, side, i, otherSide, j);
      product *= factor(layer, side, i, otherSide, j);
    }
    return switch (kernel) {
      case GramTables.PIXEL -> pixel;
      case GramTables.FEATURE -> dot(features[side][i], features[otherSide][j]) + bias;
      case GramTables.LAYER_SUM -> sum;
      case GramTables.PRODUCT, GramTables.PATHS -> product;
      default ->
          factor(
              Integer.parseInt(kernel.substring(GramTables.LAYER.length())), side, i, otherSide, j);
    };
  }

  private static boolean isLogarithmic(String kernel) {
    return kernel.equals(GramTables.PRODUCT) || kernel.equals(GramTables.PATHS);
  }

  static List<String> kernels() {
    List<String> kernels =
        new ArrayList<>(
            List.of(
                GramTables.PRODUCT,
                GramTables.PATHS,
                GramTables.PIXEL,
                GramTables.FEATURE,
                GramTables.LAYER_SUM));
    for (int layer = 0; layer < LAYERS; layer++) {
      kernels.add(GramTables.LAYER + layer);
    }
    return kernels;
  }

  public static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("gate", "hard");
    settings.put("keep", "tiles");
    settings.put("keep-layers", "true");
    settings.put("paths", "exact");
    settings.put("columns", "none");
    settings.put("layers", String.valueOf(LAYERS));
    return settings;
  }

  /** The vectors of the first set for numpy. */
  public void writeVectors(Path file) throws IOException {
    int n = pixels[0].length;
    ByteBuffer data =
        ByteBuffer.allocate(((LAYERS + 2) * WIDTH + CLASSES + 1) * n * Double.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    List<double[][]> all = new ArrayList<>();
    all.add(pixels[0]);
    all.addAll(List.of(gates[0]));
    all.add(features[0]);
    all.forEach(
        vectors -> {
          for (double[] row : vectors) {
            for (double value : row) {
              data.putDouble(value);
            }
          }
        });
    for (float[] row : logits[0]) {
      for (float value : row) {
        data.putDouble(value);
      }
    }
    for (Integer label : labels[0]) {
      data.putDouble(label == null ? -1 : label);
    }
    Files.write(file, data.array());
  }

  /** Everything but tiles, which lie in a file each. */
  private record Tables(SyntheticGram gram) implements Reduction {
    @Override
    public List<Table<?>> tables() {
      return List.of(GramTables.MEMBERS, GramTables.TILES, GramTables.DIAGONAL);
    }

    @Override
    public void reduce(Parts parts, Rows rows) throws IOException {
      for (int side = gram.columnSide(); side >= 0; side--) {
        String name = side == 0 ? GramTables.ROW : GramTables.COLUMN;
        for (int i = gram.pixels[side].length - 1; i >= 0; i--) {
          rows.write(
              GramTables.MEMBERS,
              new MemberRow(
                  name,
                  (long) i,
                  (long) i + 5,
                  name + i,
                  gram.labels[side][i],
                  gram.logits[side][i],
                  new float[WIDTH]));
          for (String kernel : kernels()) {
            double value = gram.value(kernel, side, i, side, i);
            boolean logarithmic = isLogarithmic(kernel);
            rows.write(
                GramTables.DIAGONAL,
                new DiagonalRow(
                    kernel,
                    name,
                    (long) i,
                    logarithmic ? Math.log(value) : null,
                    logarithmic ? null : value));
          }
        }
      }
    }
  }

  /** Writes an output of gram, in blocks of these sizes in turn. */
  public Path write(Path output, Map<String, String> settings, int... sizes) throws Exception {
    Configuration conf = new Configuration();
    int n = pixels[0].length;
    new MergedRun(
            "gram",
            "curtain gram",
            settings,
            new Tables(this),
            new ShardResult(n, 0, Map.of()),
            new ShardedRun.Build("1", "unknown", Map.of(), "fp32", "cpu"))
        .run(
            OutputDirectory.open(output.toString(), Mode.NEW, conf),
            new Parts(List.of(), conf),
            conf,
            (done, errors, fresh, total) -> {});
    int columns = pixels[columnSide()].length;
    int part = 0;
    for (int i = 0, r = 0; i < n; i += sizes[r++ % sizes.length]) {
      for (int j = 0, c = 0; j < columns; j += sizes[c++ % sizes.length]) {
        if (columnSide() == 1 || i <= j) {
          int rows = Math.min(sizes[r % sizes.length], n - i);
          int cols = Math.min(sizes[c % sizes.length], columns - j);
          Path file = output.resolve(String.format(Locale.ROOT, "tiles/part-%05d.parquet", part++));
          try (TableWriter writer =
              TableWriter.create(
                  GramTables.TILES, new org.apache.hadoop.fs.Path(file.toUri()), conf)) {
            for (String kernel : kernels()) {
              writeTile(writer, kernel, new int[] {r, c, i, j, rows, cols});
            }
          }
        }
      }
    }
    return output;
  }

  private void writeTile(TableWriter writer, String kernel, int[] at) throws IOException {
    double[] values = new double[at[4] * at[5]];
    byte[] signs = new byte[values.length];
    boolean logarithmic = isLogarithmic(kernel);
    for (int k = 0; k < values.length; k++) {
      double value = value(kernel, 0, at[2] + k / at[5], columnSide(), at[3] + k % at[5]);
      signs[k] = (byte) Math.signum(value);
      values[k] = logarithmic ? Math.log(Math.abs(value)) : value;
    }
    writer.write(
        new TileRow(
            kernel,
            at[0],
            at[1],
            at[2],
            at[3],
            at[4],
            at[5],
            logarithmic ? values : null,
            logarithmic ? signs : null,
            logarithmic ? null : values));
  }
}
