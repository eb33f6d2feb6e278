package curtain.jobs.tables;

import java.io.IOException;

/** Where a kernel puts its rows: Parquet files in a job, a list in a test. */
@FunctionalInterface
public interface Rows {
  /**
   * Takes one row.
   *
   * @param table the row's table
   * @param row of the table's record; its arrays are not used after the call returns
   * @throws IllegalArgumentException where it is another table's
   * @throws IOException when storage fails
   */
  void add(Table<?> table, Record row) throws IOException;

  /**
   * Adds one row.
   *
   * @param table the row's table
   * @param row its arrays are not used after the call returns
   * @throws IOException when storage fails
   */
  default <R extends Record> void write(Table<R> table, R row) throws IOException {
    add(table, row);
  }

  /**
   * Adds a file of JSON that lies beside the tables. Only a reduction that names it in its {@code
   * files} may add one.
   *
   * @param name of the file
   * @param entries how many it counts as, as a table counts its rows
   * @param value what it holds, names in snake case; not changed after the call
   * @throws IOException when storage fails
   */
  default void json(String name, long entries, Object value) throws IOException {
    throw new UnsupportedOperationException("no file " + name + " is expected here");
  }
}
