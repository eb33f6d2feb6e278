package curtain.jobs.tables;

import java.io.IOException;

/** The receiver of a kernel's rows: Parquet files in a job, a list in a test. */
@FunctionalInterface
public interface Rows {
  /**
   * Adds one row, whose type the compiler does not check; see {@link #write}.
   *
   * @param table the row's table
   * @param row a record of the table, which may be written later: its arrays are not to be changed
   * @throws IllegalArgumentException where the record is another table's
   * @throws IOException when storage fails, for this row or one before it
   */
  void add(Table<?> table, Record row) throws IOException;

  /**
   * Adds one row.
   *
   * @param table the row's table
   * @param row the row, which may be written later: its arrays are not to be changed
   * @throws IOException when storage fails, for this row or one before it
   */
  default <R extends Record> void write(Table<R> table, R row) throws IOException {
    add(table, row);
  }

  /**
   * Adds a JSON file beside the tables. Only a reduction that names it in its {@code files} may add
   * one.
   *
   * @param name name of the file
   * @param entries its number of entries, which the provenance has in the place of a number of rows
   * @param value value to write, with names in snake case; not changed after the call
   * @throws IOException when storage fails
   */
  default void json(String name, long entries, Object value) throws IOException {
    throw new UnsupportedOperationException("no file " + name + " is expected here");
  }
}
