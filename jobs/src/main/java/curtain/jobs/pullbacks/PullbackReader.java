package curtain.jobs.pullbacks;

import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.Float16;
import curtain.jobs.tables.PartsReader;
import curtain.jobs.tables.Table;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.filter2.compat.FilterCompat;

/** Reads {@code pullbacks/} row by row, in the order of the run that wrote it. */
final class PullbackReader implements Closeable {
  /** What says which pullback a row is. */
  private static final List<String> KEYS =
      List.of(
          "image_id",
          "ordinal",
          "label",
          "target",
          "neuron",
          "gate",
          "temperature",
          "temperature_unit",
          "pool",
          "logit",
          "probability",
          "norm",
          "cosine_to_gradient");

  private final PartsReader parts;
  private final Store store;

  private PullbackReader(PartsReader parts, Store store) {
    this.parts = parts;
    this.store = store;
  }

  /**
   * Opens the table.
   *
   * @param store how values are stored; {@link Store#NONE} leaves them out
   * @param images only their rows, all where it is empty
   */
  static PullbackReader open(
      FinishedOutput input, Store store, Set<String> images, Configuration conf)
      throws IOException, RunException {
    List<String> wanted = new ArrayList<>(KEYS);
    if (store != Store.NONE) {
      wanted.addAll(List.of("shape", "pullback"));
    }
    List<Column> columns =
        PullbackRows.table(store).columns().stream()
            .filter(column -> wanted.contains(column.name()))
            .toList();
    FilterCompat.Filter filter =
        images.isEmpty() ? FilterCompat.NOOP : FilterCompat.get(PartsReader.ofImages(images));
    return new PullbackReader(
        new PartsReader(input.parts("pullbacks"), new Table("pullbacks", columns), filter, conf),
        store);
  }

  /** The next row, null after the last. */
  PullbackRow next() throws IOException {
    Object[] row = parts.read();
    return row == null ? null : row(row);
  }

  private PullbackRow row(Object[] row) throws IOException {
    int at = KEYS.size();
    for (String name : List.of("image_id", "ordinal", "gate", "pool", "logit")) {
      if (row[KEYS.indexOf(name)] == null) {
        throw new IOException(parts.part() + " has a row without " + name);
      }
    }
    if (row[3] == null && row[4] == null) {
      throw new IOException(parts.part() + " has a row with neither target nor neuron");
    }
    return new PullbackRow(
        (String) row[0],
        (Long) row[1],
        (Integer) row[2],
        (Integer) row[3],
        (String) row[4],
        new Kind((String) row[5], (Double) row[6], (String) row[7], (String) row[8]),
        (Float) row[9],
        (Float) row[10],
        (Double) row[11],
        (Double) row[12],
        store == Store.NONE ? null : (int[]) row[at],
        store == Store.NONE ? null : values(row[at + 1]));
  }

  private float[] values(Object stored) throws IOException {
    if (stored == null) {
      throw new IOException(parts.part() + " has a row without pullback");
    }
    return store == Store.FLOAT16 ? Float16.floats((byte[]) stored) : (float[]) stored;
  }

  @Override
  public void close() throws IOException {
    parts.close();
  }
}
