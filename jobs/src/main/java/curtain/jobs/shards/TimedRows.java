package curtain.jobs.shards;

import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;

/**
 * Rows that the task's own thread writes, with the time that it takes.
 *
 * @param rows takes the rows
 * @param times gets the time
 */
record TimedRows(Rows rows, TaskTimes times) implements Rows {
  /** Rows of the task of this thread. */
  TimedRows(Rows rows) {
    this(rows, TaskTimes.ofThisThread());
  }

  @Override
  public void add(Table<?> table, Record row) throws IOException {
    long since = System.nanoTime();
    rows.add(table, row);
    times.own(TaskTimes.Part.WRITE, since);
  }

  @Override
  public void json(String name, long entries, Object value) throws IOException {
    rows.json(name, entries, value);
  }
}
