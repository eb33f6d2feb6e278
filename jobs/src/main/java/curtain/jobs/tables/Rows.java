package curtain.jobs.tables;

import java.io.IOException;

/** Where a kernel puts its rows: Parquet files in a job, a list in a test. */
@FunctionalInterface
public interface Rows {
  /**
   * Adds one row.
   *
   * @param table the row's table
   * @param row one value for each column, see {@link Table}; not used after the call returns
   * @throws IOException when storage fails
   */
  void write(Table table, Object... row) throws IOException;
}
