package curtain.jobs.shards;

import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;

/** The rows of tables in one or more directories: parts of a run's shards, or whole outputs. */
public final class Parts {
  private final List<Path> directories;
  private final Configuration conf;

  /** The rows below directories that each hold a directory for each table. */
  public Parts(List<Path> directories, Configuration conf) {
    this.directories = List.copyOf(directories);
    this.conf = conf;
  }

  /** The rows below one of the directories, by its position. */
  public Parts only(int directory) {
    return new Parts(List.of(directories.get(directory)), conf);
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
    for (Path directory : directories) {
      Path files = new Path(directory, table.name());
      FileSystem fs = Files.of(files, conf);
      if (!fs.exists(files)) {
        continue;
      }
      for (Path path : Files.parts(fs, files)) {
        TableReader.forEach(table, path, wanted, conf, rows);
      }
    }
  }
}
