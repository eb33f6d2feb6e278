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
 * The files of one attempt at a shard: written under names of their own, then, when all is well,
 * moved to the shard's names, the marker last. Tables open at their first row; the first shard
 * opens all, so that a table without rows still has a file with its schema.
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
   * Begins.
   *
   * @param unit names the files
   * @param tables those that get a file even without rows
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
   * Finishes the files and makes the shard count as done.
   *
   * @param images number of images that gave results
   * @param machine that a network ran on, or null
   * @return the counts, as the marker holds them
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

  /** Drops what was not committed. */
  @Override
  public void close() throws IOException {
    for (Open file : open.values()) {
      try {
        file.writer().close();
      } catch (IOException | RuntimeException e) {
        // The attempt has failed already, and its own error is the one to report.
      } finally {
        fs.delete(file.temporary(), false);
      }
    }
    open.clear();
  }
}
