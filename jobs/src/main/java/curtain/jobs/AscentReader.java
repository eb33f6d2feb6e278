package curtain.jobs;

import curtain.jobs.PullbackRow.Kind;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Column;
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
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;

/**
 * Reads the points of {@code ascents/} that were reached after so many steps, row by row, in the
 * order of the run that wrote it.
 */
final class AscentReader implements Closeable {
  private static final List<String> KEYS =
      List.of(
          "image_id",
          "ordinal",
          "label",
          "target",
          "neuron",
          "direction",
          "gate",
          "temperature",
          "temperature_unit",
          "logits",
          "step");

  private static final List<String> VALUES = List.of("shape", "image", "difference");

  private final Iterator<Path> parts;
  private final Table table;
  private final String pool;
  private final FilterCompat.Filter filter;
  private final Configuration conf;
  private Path part;
  private TableReader open;

  private AscentReader(
      List<Path> parts, Table table, String pool, FilterCompat.Filter filter, Configuration conf) {
    this.parts = parts.iterator();
    this.table = table;
    this.pool = pool;
    this.filter = filter;
    this.conf = conf;
  }

  /**
   * Opens the table.
   *
   * @param values whether images and differences are read
   * @param direction of the walks
   * @param step number of steps
   * @param images only their rows, all where it is empty
   */
  static AscentReader open(
      FinishedOutput input,
      boolean values,
      Direction direction,
      int step,
      Set<String> images,
      Configuration conf)
      throws IOException, RunException {
    List<Column> columns = new ArrayList<>();
    for (List<String> names : List.of(KEYS, values ? VALUES : List.<String>of())) {
      for (String name : names) {
        AscentRows.TABLE.columns().stream()
            .filter(each -> each.name().equals(name))
            .forEach(columns::add);
      }
    }
    FilterPredicate rows = FilterApi.eq(FilterApi.intColumn("step"), step);
    if (direction != Direction.BOTH) {
      rows =
          FilterApi.and(
              rows,
              FilterApi.eq(
                  FilterApi.binaryColumn("direction"), Binary.fromString(direction.toString())));
    }
    if (!images.isEmpty()) {
      rows =
          FilterApi.and(
              rows,
              FilterApi.in(
                  FilterApi.binaryColumn("image_id"),
                  // Parquet asks it for null, which only some sets allow.
                  images.stream()
                      .map(Binary::fromString)
                      .collect(Collectors.toCollection(HashSet::new))));
    }
    return new AscentReader(
        input.parts("ascents"),
        new Table("ascents", columns),
        input.setting("pool"),
        FilterCompat.get(rows),
        conf);
  }

  /** The next row, null after the last. */
  AscentRow next() throws IOException {
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

  private AscentRow row(Object[] row) throws IOException {
    for (int i = 0; i < row.length; i++) {
      String name = table.columns().get(i).name();
      boolean optional = name.matches("label|target|neuron|temperature|temperature_unit");
      if (row[i] == null && !optional) {
        throw new IOException(part + " has a row without " + name);
      }
    }
    if (row[3] == null && row[4] == null) {
      throw new IOException(part + " has a row with neither target nor neuron");
    }
    String own = row[5].equals(Direction.GRADIENT.toString()) ? "hard" : pool;
    int at = KEYS.size();
    boolean values = row.length > at;
    return new AscentRow(
        (String) row[0],
        (Long) row[1],
        (Integer) row[2],
        (Integer) row[3],
        (String) row[4],
        new Kind((String) row[6], (Double) row[7], (String) row[8], own),
        (float[]) row[9],
        values ? (int[]) row[at] : null,
        values ? (float[]) row[at + 1] : null,
        values ? (float[]) row[at + 2] : null,
        (Integer) row[10]);
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
