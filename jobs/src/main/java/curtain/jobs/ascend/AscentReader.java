package curtain.jobs.ascend;

import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.PartsReader;
import curtain.jobs.tables.Table;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
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

  private final Table table;
  private final PartsReader parts;
  private final String pool;

  private AscentReader(Table table, PartsReader parts, String pool) {
    this.table = table;
    this.parts = parts;
    this.pool = pool;
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
      rows = FilterApi.and(rows, PartsReader.ofImages(images));
    }
    Table table = new Table("ascents", columns);
    return new AscentReader(
        table,
        new PartsReader(input.parts("ascents"), table, FilterCompat.get(rows), conf),
        input.setting("pool"));
  }

  /** The next row, null after the last. */
  AscentRow next() throws IOException {
    Object[] row = parts.read();
    return row == null ? null : row(row);
  }

  private AscentRow row(Object[] row) throws IOException {
    for (int i = 0; i < row.length; i++) {
      String name = table.columns().get(i).name();
      boolean optional = name.matches("label|target|neuron|temperature|temperature_unit");
      if (row[i] == null && !optional) {
        throw new IOException(parts.part() + " has a row without " + name);
      }
    }
    if (row[3] == null && row[4] == null) {
      throw new IOException(parts.part() + " has a row with neither target nor neuron");
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
    parts.close();
  }
}
