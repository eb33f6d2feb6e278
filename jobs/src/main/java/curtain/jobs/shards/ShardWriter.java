package curtain.jobs.shards;

import curtain.engine.Machine;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes the files of one attempt at a shard or unit, under names of their own; the commit moves
 * them to the shard's names, the marker last. A table's file is opened at its first row; the first
 * shard opens all of them, so that a table without rows has a file with its schema.
 */
final class ShardWriter implements Rows, Closeable {
  private record Open(Path temporary, TableWriter writer) {}

  private record Json(long entries, Object value) {}

  private final Layout layout;
  private final String unit;
  private final Configuration conf;
  private final FileSystem fs;
  private final Map<String, Open> open = new LinkedHashMap<>();
  private final Map<String, Json> files = new LinkedHashMap<>();

  /**
   * Begins an attempt.
   *
   * @param unit name of the shard or unit, in the names of the files
   * @param tables tables that get a file even without rows
   * @throws IOException when storage fails
   */
  ShardWriter(Layout layout, String unit, Iterable<Table<?>> tables, Configuration conf)
      throws IOException {
    this.layout = layout;
    this.unit = unit;
    this.conf = conf;
    this.fs = Files.of(layout.root(), conf);
    for (Table<?> table : tables) {
      writer(table);
    }
  }

  @Override
  public void add(Table<?> table, Record row) throws IOException {
    writer(table).write(row);
  }

  @Override
  public void json(String name, long entries, Object value) {
    files.put(name, new Json(entries, value));
  }

  private TableWriter writer(Table<?> table) throws IOException {
    Open known = open.get(table.name());
    if (known == null) {
      Path temporary = Files.unique(layout.temporary());
      known = new Open(temporary, TableWriter.create(table, temporary, conf));
      open.put(table.name(), known);
    }
    return known.writer();
  }

  /**
   * Finishes the files, moves them to their names, and writes the marker.
   *
   * @param images number of images that gave results
   * @param machine machine that a network ran on, or null
   * @return the counts, as in the marker
   * @throws IOException when storage fails
   */
  ShardResult commit(long images, Machine machine) throws IOException {
    Map<String, Long> rows = new TreeMap<>();
    for (Map.Entry<String, Open> entry : open.entrySet()) {
      entry.getValue().writer().close();
      rows.put(entry.getKey(), entry.getValue().writer().rows());
    }
    for (Map.Entry<String, Open> entry : open.entrySet()) {
      Files.publish(fs, entry.getValue().temporary(), layout.part(entry.getKey(), unit));
    }
    open.clear();
    for (Map.Entry<String, Json> entry : files.entrySet()) {
      Json file = entry.getValue();
      rows.put(entry.getKey(), file.entries());
      Files.publishJson(fs, layout.temporary(), layout.unfinished(entry.getKey()), file.value());
    }
    ShardResult result =
        new ShardResult(
            images,
            rows.getOrDefault(Table.ERRORS.name(), 0L),
            rows,
            machine == null ? List.of() : List.of(machine));
    Files.publishJson(fs, layout.temporary(), layout.marker(unit), result);
    return result;
  }

  /** Deletes files that were not committed. */
  @Override
  public void close() throws IOException {
    for (Open file : open.values()) {
      try {
        file.writer().close();
      } catch (IOException | RuntimeException e) {
        // The attempt has failed, and the error to report is its own.
      } finally {
        fs.delete(file.temporary(), false);
      }
    }
    open.clear();
  }
}
