package curtain.jobs.gram;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.io.api.Binary;

/** Reads rows by the column {@code kernel}, with one row in memory. */
public final class KernelRows {
  private KernelRows() {}

  /** The column {@code kernel}. */
  private record Named(String kernel) {}

  /** The kernels of a table, in the order of their first rows. */
  public static Set<String> kernels(FinishedOutput input, Table<?> table, Configuration conf)
      throws IOException, RunException {
    Set<String> kernels = new LinkedHashSet<>();
    Table<Named> keys = table.select(Named.class);
    for (Path part : input.parts(table.name())) {
      TableReader.forEach(keys, part, conf, row -> kernels.add(row.kernel()));
    }
    return kernels;
  }

  /**
   * Reads one kernel's rows, in the order of the files' names.
   *
   * @param table with the columns to read, {@code kernel} among them
   * @throws RunException when the table is not there
   * @throws IOException when storage fails or a file lacks the columns of the table; names the file
   */
  public static <R extends Record> void forEach(
      FinishedOutput input,
      Table<R> table,
      String kernel,
      Configuration conf,
      TableReader.Consumer<R> rows)
      throws IOException, RunException {
    FilterCompat.Filter only =
        FilterCompat.get(FilterApi.eq(FilterApi.binaryColumn("kernel"), Binary.fromString(kernel)));
    for (Path part : input.parts(table.name())) {
      TableReader.forEach(table, part, only, conf, rows);
    }
  }
}
