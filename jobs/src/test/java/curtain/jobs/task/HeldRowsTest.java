package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.jobs.pullbacks.DecisionRow;
import curtain.jobs.pullbacks.PullbackRow;
import curtain.jobs.pullbacks.PullbackRows;
import curtain.jobs.pullbacks.Store;
import curtain.jobs.tables.ErrorRow;
import curtain.jobs.tables.RowForm;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows on disk. */
@Tag("fast")
class HeldRowsTest {
  private static final Table<PullbackRow> PULLBACKS = PullbackRows.table(Store.FLOAT32);

  private static PullbackRow pullback(int i) {
    return new PullbackRow(
        "cat/1.png",
        i,
        null,
        3,
        null,
        "sigmoid",
        0.25,
        "absolute",
        "softmax",
        i,
        0.5f,
        1.0,
        null,
        new int[] {3, 32, 32},
        new float[] {i, Float.NaN, -0f});
  }

  @Test
  void rowsComeBackInTheirOrder() throws Exception {
    RowForm<PullbackRow> pullbacks = new RowForm<>(PULLBACKS);
    RowForm<DecisionRow> decisions = new RowForm<>(PullbackRows.DECISIONS);
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      rows.add(pullback(i));
      rows.add(
          new DecisionRow(
              "cat/1.png", i, "relu", "relu", new int[] {3, 32, 32}, new byte[] {1, (byte) i}));
    }
    try (HeldRows held = new HeldRows()) {
      for (Record row : rows) {
        held.add(row instanceof PullbackRow ? PULLBACKS : PullbackRows.DECISIONS, row);
      }
      List<Record> back = new ArrayList<>();
      held.copyTo((table, row) -> back.add(row));
      assertEquals(rows.size(), back.size());
      for (int i = 0; i < rows.size(); i++) {
        RowForm<?> form = i % 2 == 0 ? pullbacks : decisions;
        assertArrayEquals(form.cells(rows.get(i)), form.cells(back.get(i)));
        assertNotSame(rows.get(i), back.get(i), "kept in memory");
      }
    }
  }

  @Test
  void whatIsClosedTakesNoMore() throws Exception {
    HeldRows held = new HeldRows();
    held.write(Table.ERRORS, new ErrorRow("a", 0L, "b"));
    held.close();
    held.close();
    assertThrows(IOException.class, () -> held.copyTo((table, row) -> {}));
  }
}
