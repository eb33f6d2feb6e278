package curtain.jobs;

import curtain.jobs.PullbackRow.Kind;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.Float16;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.io.api.Binary;

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

  private final Iterator<Path> parts;
  private final Table table;
  private final Store store;
  private final FilterCompat.Filter filter;
  private final Configuration conf;
  private Path part;
  private TableReader open;

  private PullbackReader(
      List<Path> parts, Table table, Store store, FilterCompat.Filter filter, Configuration conf) {
    this.parts = parts.iterator();
    this.table = table;
    this.store = store;
    this.filter = filter;
    this.conf = conf;
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
        images.isEmpty()
            ? FilterCompat.NOOP
            : FilterCompat.get(
                FilterApi.in(
                    FilterApi.binaryColumn("image_id"),
                    // Parquet asks it for null, which only some sets allow.
                    images.stream()
                        .map(Binary::fromString)
                        .collect(Collectors.toCollection(HashSet::new))));
    return new PullbackReader(
        input.parts("pullbacks"), new Table("pullbacks", columns), store, filter, conf);
  }

  /** The next row, null after the last. */
  PullbackRow next() throws IOException {
    while (true) {
      if (open == null) {
        if (!parts.hasNext()) {
          return null;
        }
        part = parts.next();
        open = TableReader.open(table, part, filter, conf);
      }
      Object[] row = open.read();
      if (row != null) {
        return row(row);
      }
      close();
    }
  }

  private PullbackRow row(Object[] row) throws IOException {
    int at = KEYS.size();
    for (String name : List.of("image_id", "ordinal", "gate", "pool", "logit")) {
      if (row[KEYS.indexOf(name)] == null) {
        throw new IOException(part + " has a row without " + name);
      }
    }
    if (row[3] == null && row[4] == null) {
      throw new IOException(part + " has a row with neither target nor neuron");
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
      throw new IOException(part + " has a row without pullback");
    }
    return store == Store.FLOAT16 ? Float16.floats((byte[]) stored) : (float[]) stored;
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
