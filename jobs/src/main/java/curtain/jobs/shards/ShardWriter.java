package curtain.jobs.shards;

import curtain.engine.Machine;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
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
 * <p>On an {@link ObjectStore} a table is an {@link Upload} to its final key, and, where a stage or
 * the reduction reads it before the commit, also a file below {@code _incomplete/}; of a table that
 * the reduction replaces there is the file alone. Elsewhere it is a file, which the commit moves.
 *
 * <p>Two attempts need not agree: an image may lack memory in one, or have vanished, and be decoded
 * in the other. So what is read and committed of a unit are the files that its marker names, all of
 * one attempt; files that no marker names count for nothing, and go with {@code _incomplete/}, as
 * uploads that none names do before the output is whole. That needs no rename that fails where its
 * target exists, which neither local disks nor object stores have. Where two attempts at once find
 * no marker and both write theirs, the later may replace the earlier: either is whole, and the
 * files of both stay. The run looks once, when tasks have ended, see {@link Marked}.
 */
final class ShardWriter implements Rows, Closeable {
  /** A table's file while it is written, or its upload; the other one is null. */
  private record Open(Path file, Upload upload, TableWriter writer) {}

  private record Json(long entries, Object value) {}

  private final String attempt = UUID.randomUUID().toString();
  private final Layout layout;
  private final String unit;
  private final Configuration conf;
  private final Uses uses;
  private final FileSystem fs;
  private final boolean store;
  private final Map<String, List<Open>> open = new LinkedHashMap<>();
  private final Map<String, Json> files = new LinkedHashMap<>();

  /**
   * Begins an attempt.
   *
   * @param unit name of the shard or unit, in the names of the files
   * @param uses what becomes of the tables
   * @param tables tables that get a file even without rows
   * @throws IOException when storage fails
   */
  ShardWriter(Layout layout, String unit, Uses uses, Iterable<Table<?>> tables, Configuration conf)
      throws IOException {
    this.layout = layout;
    this.unit = unit;
    this.uses = uses;
    this.conf = conf;
    this.fs = Storage.of(layout.root(), conf);
    this.store = ObjectStore.has(fs, layout.root());
    try {
      for (Table<?> table : tables) {
        open(table);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void add(Table<?> table, Record row) throws IOException {
    for (Open file : open(table)) {
      file.writer().write(row);
    }
  }

  @Override
  public void json(String name, long entries, Object value) {
    files.put(name, new Json(entries, value));
  }

  private List<Open> open(Table<?> table) throws IOException {
    List<Open> known = open.get(table.name());
    if (known == null) {
      known = new ArrayList<>();
      open.put(table.name(), known);
      boolean replaced = uses.replaced().contains(table.name());
      if (!store || replaced || uses.read().contains(table.name())) {
        Path file =
            store ? layout.unfinished(own(table.name())) : Storage.unique(layout.temporary());
        known.add(new Open(file, null, TableWriter.create(table, file, conf)));
      }
      if (store && !replaced) {
        Upload upload = new Upload(fs, new Path(layout.root(), Layout.part(table.name(), unit)));
        try {
          known.add(new Open(null, upload, TableWriter.create(table, upload.asFile(), conf)));
        } catch (IOException | RuntimeException e) {
          upload.abort();
          throw e;
        }
      }
    }
    return known;
  }

  /** The name below {@code _incomplete/} of the attempt's file of a table. */
  private String own(String table) {
    return Layout.part(table, unit + "." + attempt);
  }

  /**
   * Finishes the files, moves them out of {@code _temporary/} where they are, and writes the
   * marker, unless another attempt has, or the output is another run's by now.
   *
   * @param images number of images that gave results
   * @param machine machine that a network ran on, or null
   * @return the counts of this attempt
   * @throws IOException when storage fails, or the plan is not this run's
   */
  ShardResult commit(long images, Machine machine) throws IOException {
    Plan.refuseOvertaken(layout, fs);
    Map<String, Long> rows = new TreeMap<>();
    for (Map.Entry<String, List<Open>> entry : open.entrySet()) {
      for (Open file : entry.getValue()) {
        file.writer().close();
        rows.put(entry.getKey(), file.writer().rows());
      }
    }
    Map<String, String> written = new TreeMap<>();
    Map<String, Uploaded> uploads = new TreeMap<>();
    for (Map.Entry<String, List<Open>> entry : open.entrySet()) {
      String name = Layout.part(entry.getKey(), unit);
      for (Open table : entry.getValue()) {
        if (table.upload() != null) {
          uploads.put(name, table.upload().uploaded());
        } else {
          String own = own(entry.getKey());
          if (!store) {
            Storage.publish(fs, table.file(), layout.unfinished(own));
          }
          written.put(name, own);
        }
      }
    }
    open.clear();
    for (Map.Entry<String, Json> entry : files.entrySet()) {
      Json file = entry.getValue();
      rows.put(entry.getKey(), file.entries());
      if (store) {
        uploads.put(entry.getKey(), upload(entry.getKey(), file.value()));
      } else {
        String own = entry.getKey() + "." + attempt;
        Storage.publishJson(fs, layout.temporary(), layout.unfinished(own), file.value());
        written.put(entry.getKey(), own);
      }
    }
    ShardResult result =
        new ShardResult(
            images,
            rows.getOrDefault(Table.ERRORS.name(), 0L),
            rows,
            machine == null ? List.of() : List.of(machine));
    Storage.publishJson(
        fs, layout.temporary(), layout.marker(unit), new Marker(written, uploads, result));
    return result;
  }

  private Uploaded upload(String name, Object json) throws IOException {
    Upload upload = new Upload(fs, layout.table(name));
    try (upload) {
      Storage.writeJson(upload, json);
    }
    return upload.uploaded();
  }

  /** Deletes files that were not committed. */
  @Override
  public void close() throws IOException {
    IOException failed = null;
    for (List<Open> files : open.values()) {
      for (Open file : files) {
        try {
          file.writer().close();
        } catch (IOException | RuntimeException e) {
          // The attempt has failed, and the error to report is its own.
        }
        try {
          if (file.upload() != null) {
            file.upload().abort();
          } else {
            fs.delete(file.file(), false);
          }
        } catch (IOException e) {
          failed = e; // the others are to go all the same
        }
      }
    }
    open.clear();
    if (failed != null) {
      throw failed;
    }
  }
}
