package curtain.jobs.shards;

import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;

/** The rows of tables in one or more directories: parts of a run's shards, or whole outputs. */
public final class Parts {
  /** Finds the files of a table. */
  private interface Source {
    /** The files, in the order of their units. */
    List<Path> files(String table) throws IOException;
  }

  private final List<Source> sources;
  private final Configuration conf;

  private Parts(Configuration conf, List<Source> sources) {
    this.conf = conf;
    this.sources = sources;
  }

  /** The rows below directories that each hold a directory for each table. */
  public Parts(List<Path> directories, Configuration conf) {
    this(
        conf,
        directories.stream()
            .map(directory -> (Source) table -> listed(new Path(directory, table), conf))
            .toList());
  }

  /**
   * The rows of units that are done.
   *
   * @param readable names of the tables that may be read; of others an object store has no file yet
   */
  static Parts of(List<Marked> done, Set<String> readable, Configuration conf) {
    return new Parts(
        conf, done.stream().map(units -> (Source) table -> files(units, table, readable)).toList());
  }

  private static List<Path> files(Marked units, String table, Set<String> readable) {
    if (!readable.contains(table)) {
      throw new IllegalStateException("the reduction does not say that " + table + " is read");
    }
    return units.files(table);
  }

  private static List<Path> listed(Path directory, Configuration conf) throws IOException {
    FileSystem fs = Storage.of(directory, conf);
    return fs.exists(directory) ? Storage.parts(fs, directory) : List.of();
  }

  /** The rows below one of the directories, by its position. */
  public Parts only(int directory) {
    return new Parts(conf, List.of(sources.get(directory)));
  }

  /**
   * Reads all rows of a table, directory by directory, in the order of the files' names, which is
   * that of the shards.
   *
   * @throws IOException when storage fails, or naming a file that is not one of the table
   */
  public <R extends Record> void forEach(Table<R> table, TableReader.Consumer<R> rows)
      throws IOException {
    forEach(table, FilterCompat.NOOP, rows);
  }

  /**
   * Reads some rows of a table, in the same order.
   *
   * @param wanted the rows to read; others are not decoded where a file's statistics exclude them
   * @throws IOException when storage fails, or naming a file that is not one of the table
   */
  public <R extends Record> void forEach(
      Table<R> table, FilterCompat.Filter wanted, TableReader.Consumer<R> rows) throws IOException {
    for (Source source : sources) {
      for (Path path : source.files(table.name())) {
        TableReader.forEach(table, path, wanted, conf, rows);
      }
    }
  }
}
