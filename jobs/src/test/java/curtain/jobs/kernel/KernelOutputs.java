package curtain.jobs.kernel;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import curtain.images.ClassList;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.gram.DiagonalRow;
import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.MemberRow;
import curtain.jobs.gram.TileRow;
import curtain.jobs.shards.Provenance;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableWriter;
import curtain.jobs.task.ModelDefaults;
import curtain.network.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * Outputs as gram and kernel write them, of made-up gates: each layer of an image has random ones,
 * more alike where images share a label.
 *
 * @param labels by position; null for none
 * @param gates (images, layers, gates), 0 or 1
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
public record KernelOutputs(List<Integer> labels, int[][][] gates) {
  public static final int LAYERS = 3;
  private static final int WIDTH = 40;

  public static KernelOutputs of(List<Integer> labels, int seed) {
    Random random = new Random(seed);
    int[][][] gates = new int[labels.size()][LAYERS][WIDTH];
    for (int i = 0; i < gates.length; i++) {
      Random own = new Random(labels.get(i) == null ? 99 : labels.get(i));
      for (int[] layer : gates[i]) {
        Arrays.setAll(
            layer,
            g -> {
              int shared = own.nextInt(2);
              return random.nextInt(4) == 0 ? random.nextInt(2) : shared;
            });
      }
    }
    return new KernelOutputs(labels, gates);
  }

  /** {@code <a, b> + 1} of a layer. */
  public static double factor(int[] a, int[] b) {
    int sum = 1;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Of the first layer with -1 for 0: it may be negative. */
  public static double input(int[] a, int[] b) {
    int sum = 1;
    for (int i = 0; i < a.length; i++) {
      sum += (2 * a[i] - 1) * (2 * b[i] - 1);
    }
    return sum;
  }

  /** log |K|, or value, of two images. */
  public static double value(String kernel, int[][] x, int[][] y) {
    if (kernel.equals(GramTables.PIXEL)) {
      return input(x[0], y[0]);
    }
    if (kernel.equals(GramTables.FEATURE)) {
      return factor(x[LAYERS - 1], y[LAYERS - 1]);
    }
    double product = Math.log(Math.abs(input(x[0], y[0])));
    double sum = 0;
    for (int l = 0; l < LAYERS; l++) {
      double k = factor(x[l], y[l]);
      product += Math.log(k);
      sum += k / Math.sqrt(factor(x[l], x[l]) * factor(y[l], y[l]));
    }
    return isLog(kernel) ? product : sum;
  }

  private static boolean isLog(String kernel) {
    return kernel.equals(GramTables.PRODUCT) || kernel.equals(GramTables.PATHS);
  }

  public static String id(int position) {
    return String.format(Locale.ROOT, "image-%04d.jpg", position);
  }

  /** The settings that figures read, of CIFAR-10's classes. */
  public static Map<String, String> settings(String images, String columns, String keep)
      throws IOException {
    ClassList classes = new ModelDefaults(Architecture.of("cifar_resnet20")).classes();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", "cifar_resnet20");
    settings.put("images", images);
    settings.put("columns", columns);
    settings.put("transform", "none");
    settings.put("image_size", "32");
    settings.put("labels", "built in");
    settings.put("labels_sha256", ImageArguments.sha256(classes));
    settings.put("limit", "none");
    settings.put("max-pixels", "1000000");
    settings.put("listing_sha256", "0");
    settings.put("keep", keep);
    settings.put("gate", "hard");
    settings.put("temperature", "0.3");
    settings.put("layers", String.valueOf(LAYERS));
    return settings;
  }

  /** A whole output of gram with tiles; columns null for one set. */
  public static void gram(
      Path output,
      KernelOutputs rows,
      KernelOutputs columns,
      int block,
      List<String> kernels,
      Map<String, String> settings)
      throws IOException {
    List<MemberRow> members = new ArrayList<>(members("row", rows.labels));
    if (columns != null) {
      members.addAll(members("column", columns.labels));
    }
    write(output, GramTables.MEMBERS, members);
    List<DiagonalRow> diagonal = new ArrayList<>();
    List<TileRow> tiles = new ArrayList<>();
    for (String kernel : kernels) {
      diagonal.addAll(diagonal(kernel, "row", rows));
      if (columns != null) {
        diagonal.addAll(diagonal(kernel, "column", columns));
      }
      KernelOutputs right = columns == null ? rows : columns;
      for (int i = 0; i * block < rows.gates.length; i++) {
        for (int j = columns == null ? i : 0; j * block < right.gates.length; j++) {
          tiles.add(tile(kernel, rows, right, i, j, block));
        }
      }
    }
    write(output, GramTables.DIAGONAL, diagonal);
    write(output, GramTables.TILES, tiles);
    finish(output, "gram", settings, rows.labels.size());
  }

  private static List<MemberRow> members(String side, List<Integer> labels) {
    List<MemberRow> rows = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      // Ordinals have gaps where images could not be used.
      rows.add(
          new MemberRow(
              side, (long) i, i + 1, id(i), labels.get(i), new float[] {1, 2}, new float[] {3}));
    }
    return rows;
  }

  private static List<DiagonalRow> diagonal(String kernel, String side, KernelOutputs of) {
    List<DiagonalRow> rows = new ArrayList<>();
    for (int i = 0; i < of.gates.length; i++) {
      double value = value(kernel, of.gates[i], of.gates[i]);
      boolean log = isLog(kernel);
      rows.add(new DiagonalRow(kernel, side, (long) i, log ? value : null, log ? null : value));
    }
    return rows;
  }

  private static TileRow tile(
      String kernel, KernelOutputs rows, KernelOutputs columns, int i, int j, int block) {
    int high = Math.min(block, rows.gates.length - i * block);
    int wide = Math.min(block, columns.gates.length - j * block);
    double[] values = new double[high * wide];
    byte[] signs = new byte[high * wide];
    for (int a = 0; a < high; a++) {
      for (int b = 0; b < wide; b++) {
        int[][] x = rows.gates[i * block + a];
        int[][] y = columns.gates[j * block + b];
        values[a * wide + b] = value(kernel, x, y);
        signs[a * wide + b] = (byte) Math.signum(input(x[0], y[0]));
      }
    }
    boolean log = isLog(kernel);
    return new TileRow(
        kernel,
        i,
        j,
        (long) i * block,
        (long) j * block,
        high,
        wide,
        log ? values : null,
        log ? signs : null,
        log ? null : values);
  }

  /** Writes a table in two parts. */
  public static <R extends Record> void write(Path output, Table<R> table, List<R> rows)
      throws IOException {
    Path directory = Files.createDirectories(output.resolve(table.name()));
    int half = rows.size() / 2;
    for (int part = 0; part < 2; part++) {
      Path file = directory.resolve(String.format(Locale.ROOT, "part-%05d.parquet", part));
      try (TableWriter writer =
          TableWriter.create(
              table, new org.apache.hadoop.fs.Path(file.toUri()), new Configuration())) {
        for (R row : part == 0 ? rows.subList(0, half) : rows.subList(half, rows.size())) {
          writer.write(row);
        }
      }
    }
  }

  /** Makes an output whole. */
  public static void finish(Path output, String command, Map<String, String> settings, int images)
      throws IOException {
    Provenance made =
        new Provenance(
            "1",
            "unknown",
            command,
            "curtain " + command,
            "2025-01-01T00:00:00Z",
            "2025-01-01T00:00:01Z",
            false,
            settings,
            "fp32",
            "cpu",
            Map.of(),
            List.of(),
            List.of(),
            images,
            images,
            0,
            Map.of(),
            null);
    byte[] json =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build()
            .writeValueAsBytes(made);
    Files.createDirectories(output);
    Files.write(output.resolve("_provenance.json"), json);
    Files.write(output.resolve("_SUCCESS"), new byte[0]);
  }
}
