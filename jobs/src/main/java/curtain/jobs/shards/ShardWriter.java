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
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes the files of one attempt at a shard or unit, under names that no other attempt has, and
 * last the marker, which names them. A table's file is opened at its first row; the first shard
 * opens all of them, so that a table without rows has a file with its schema.
 *
 * <p>Two attempts need not agree: an image may lack memory in one, or have vanished, and be decoded
 * in the other. So what is read and committed of a unit are the files that its marker names, all of
 * one attempt; files that no marker names count for nothing, and go with {@code _incomplete/}. That
 * needs no rename that fails where its target exists, which neither local disks nor object stores
 * have. Where two attempts at once find no marker and both write theirs, the later may replace the
 * earlier: either is whole, and the files of both stay. The run looks once, when tasks have ended,
 * see {@link Marked}.
 */
final class ShardWriter implements Rows, Closeable {
  private record Open(Path temporary, TableWriter writer) {}

  private record Json(long entries, Object value) {}

  private final String attempt = UUID.randomUUID().toString();
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
    this.fs = Storage.of(layout.root(), conf);
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
      Path temporary = Storage.unique(layout.temporary());
      known = new Open(temporary, TableWriter.create(table, temporary, conf));
      open.put(table.name(), known);
    }
    return known.writer();
  }

  /**
   * Finishes the files, moves them out of {@code _temporary/}, and writes the marker, unless
   * another attempt has, or the output is another run's by now.
   *
   * @param images number of images that gave results
   * @param machine machine that a network ran on, or null
   * @return the counts of this attempt
   * @throws IOException when storage fails, or the plan is not this run's
   */
  ShardResult commit(long images, Machine machine) throws IOException {
    Plan.refuseOvertaken(layout, fs);
    Map<String, Long> rows = new TreeMap<>();
    for (Map.Entry<String, Open> entry : open.entrySet()) {
      entry.getValue().writer().close();
      rows.put(entry.getKey(), entry.getValue().writer().rows());
    }
    Map<String, String> written = new TreeMap<>();
    for (Map.Entry<String, Open> entry : open.entrySet()) {
      String name = Layout.part(entry.getKey(), unit);
      String own = Layout.part(entry.getKey(), unit + "." + attempt);
      Storage.publish(fs, entry.getValue().temporary(), layout.unfinished(own));
      written.put(name, own);
    }
    open.clear();
    for (Map.Entry<String, Json> entry : files.entrySet()) {
      Json file = entry.getValue();
      rows.put(entry.getKey(), file.entries());
      String own = entry.getKey() + "." + attempt;
      Storage.publishJson(fs, layout.temporary(), layout.unfinished(own), file.value());
      written.put(entry.getKey(), own);
    }
    ShardResult result =
        new ShardResult(
            images,
            rows.getOrDefault(Table.ERRORS.name(), 0L),
            rows,
            machine == null ? List.of() : List.of(machine));
    Storage.publishJson(fs, layout.temporary(), layout.marker(unit), new Marker(written, result));
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
