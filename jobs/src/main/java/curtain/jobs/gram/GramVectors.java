package curtain.jobs.gram;

import curtain.images.source.ImageRef;
import curtain.images.source.SourceFiles;
import curtain.jobs.shards.Layout;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Col;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import curtain.jobs.task.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;

/**
 * The table of {@code gram --vectors}: a matrix V of float64 (images of the columns, k), by which
 * the normalised kernels are multiplied. Rows of images that the table lacks are 0.
 *
 * @param values vectors by ordinal in the set of the columns; null for an image without one
 * @param length k
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
record GramVectors(double[][] values, int length) {
  /** A row of the table, see {@code --vectors}. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  private record VectorRow(
      @Col(doc = "an image of the columns") String imageId,
      @Col(doc = "its vector, (k)", large = true) double[] values) {}

  private static final Table<VectorRow> TABLE = Table.of("vectors", VectorRow.class);

  /**
   * Reads the table.
   *
   * @param uri a Parquet file, or a directory of them
   * @param images images of the columns
   * @throws RunException where there is no file or no row; an id is null, unknown or repeated; or a
   *     vector is missing, not finite, or of another length than the others. The message names the
   *     option and the image
   * @throws IOException naming the option and the file where it cannot be read
   */
  static GramVectors read(String uri, List<ImageRef> images, Configuration conf)
      throws IOException, RunException {
    Map<String, Integer> ordinals = new HashMap<>();
    for (int i = 0; i < images.size(); i++) {
      // The first entry of an id is the image; others are errors of the set.
      if (images.get(i).error() == null) {
        ordinals.put(images.get(i).imageId(), i);
      } else {
        ordinals.putIfAbsent(images.get(i).imageId(), i);
      }
    }
    double[][] values = new double[images.size()][];
    int length = 0;
    for (Path file : files(uri, conf)) {
      try (TableReader<VectorRow> reader = TableReader.open(TABLE, file, FilterCompat.NOOP, conf)) {
        for (VectorRow row = reader.read(); row != null; row = reader.read()) {
          double[] vector = checked(uri, row, length);
          length = vector.length;
          Integer at = ordinals.get(row.imageId());
          if (at == null || values[at] != null) {
            throw new RunException(
                at == null
                    ? String.format(
                        Locale.ROOT,
                        "--vectors %s: '%s' is none of the columns' images; leave it out",
                        uri,
                        row.imageId())
                    : String.format(
                        Locale.ROOT,
                        "--vectors %s has two rows of '%s'; leave one out",
                        uri,
                        row.imageId()));
          }
          values[at] = vector;
        }
      } catch (IOException e) {
        throw new IOException("--vectors " + uri + ": " + e.getMessage(), e);
      }
    }
    if (length == 0) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--vectors %s has no row; give image_id and values of at least one image",
              uri));
    }
    return new GramVectors(values, length);
  }

  private static double[] checked(String uri, VectorRow row, int length) throws RunException {
    if (row.imageId() == null) {
      throw new RunException(
          String.format(Locale.ROOT, "--vectors %s has a row without an image_id", uri));
    }
    double[] vector = row.values() == null ? new double[0] : row.values();
    if (vector.length == 0) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--vectors %s: '%s' has no values; leave it out, and it counts as 0",
              uri,
              row.imageId()));
    }
    if (length > 0 && vector.length != length) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--vectors %s: '%s' has %d values, others have %d; give all the same number",
              uri,
              row.imageId(),
              vector.length,
              length));
    }
    for (double value : vector) {
      if (!Double.isFinite(value)) {
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--vectors %s: '%s' has the value %s; give finite numbers",
                uri,
                row.imageId(),
                value));
      }
    }
    return vector;
  }

  private static List<Path> files(String uri, Configuration conf) throws IOException, RunException {
    FileSystem fs;
    Path path;
    try {
      path = SourceFiles.path(uri);
      fs = path.getFileSystem(conf);
      path = fs.makeQualified(path);
    } catch (IllegalArgumentException | IOException e) {
      throw new IOException("--vectors " + uri + ": " + e.getMessage(), e);
    }
    if (!fs.exists(path)) {
      throw new RunException(
          "--vectors " + Layout.named(uri, fs.makeQualified(path)) + " does not exist");
    }
    if (fs.getFileStatus(path).isFile()) {
      return List.of(path);
    }
    List<Path> files =
        Arrays.stream(fs.listStatus(path))
            .filter(FileStatus::isFile)
            .map(FileStatus::getPath)
            .filter(file -> file.getName().endsWith(".parquet"))
            .filter(file -> !file.getName().startsWith(".") && !file.getName().startsWith("_"))
            .sorted(Comparator.comparing(Path::getName))
            .toList();
    if (files.isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--vectors %s holds no .parquet file; give one, or a directory of them",
              uri));
    }
    return files;
  }

  /** The vectors of images, with null for an image without one. */
  double[][] of(List<ImageRef> images, int firstOrdinal) {
    return images.stream()
        .map(ref -> values[Math.toIntExact(ref.ordinal() - firstOrdinal)])
        .toArray(double[][]::new);
  }

  /**
   * The SHA-256 of the vectors by ordinal, which does not depend on the order of rows or on files.
   */
  String sha256() {
    MessageDigest digest = Sha256.digest();
    digest.update((length + "\n").getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        ByteBuffer row = ByteBuffer.allocate(Integer.BYTES + length * Double.BYTES).putInt(i);
        for (double value : values[i]) {
          row.putDouble(value);
        }
        digest.update(row.array());
      }
    }
    return Sha256.hex(digest);
  }
}
