package curtain.jobs.tables;

import java.io.Closeable;
import java.io.IOException;
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
 * Reads the rows of a table's files, one file after the other, with one row in memory at a time.
 */
public final class PartsReader<R extends Record> implements Closeable {
  private final Iterator<Path> parts;
  private final Table<R> table;
  private final FilterCompat.Filter filter;
  private final Configuration conf;
  private Path part;
  private TableReader<R> open;

  /**
   * Opens no file yet.
   *
   * @param parts the files, in order
   * @param table the columns to read
   * @param filter the rows to read
   */
  public PartsReader(
      List<Path> parts, Table<R> table, FilterCompat.Filter filter, Configuration conf) {
    this.parts = parts.iterator();
    this.table = table;
    this.filter = filter;
    this.conf = conf;
  }

  /** A filter for the rows of these images, of which there must be one at least. */
  public static FilterPredicate ofImages(Set<String> images) {
    return FilterApi.in(
        FilterApi.binaryColumn("image_id"),
        // Parquet asks whether the set contains null, which immutable sets answer with an
        // exception.
        images.stream().map(Binary::fromString).collect(Collectors.toCollection(HashSet::new)));
  }

  /**
   * Reads the next row, or null after the last.
   *
   * @throws IOException naming the file where it cannot be read
   */
  public R read() throws IOException {
    while (true) {
      if (open == null) {
        if (!parts.hasNext()) {
          return null;
        }
        part = parts.next();
        open = TableReader.open(table, part, filter, conf);
      }
      R row = open.read();
      if (row != null) {
        return row;
      }
      close();
    }
  }

  /** The file of the last row. */
  public Path part() {
    return part;
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
