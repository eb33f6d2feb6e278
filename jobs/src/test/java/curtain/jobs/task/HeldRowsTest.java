package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.jobs.ascend.AscentRows;
import curtain.jobs.pullbacks.PullbackRows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows on disk. */
@Tag("fast")
class HeldRowsTest {
  @Test
  void rowsComeBackInTheirOrder() throws Exception {
    List<Object[]> rows = new ArrayList<>();
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      rows.add(new Object[] {"cat/1.png", (long) i, null, 0.25, new float[] {i, Float.NaN}});
      rows.add(new Object[] {"cat/1.png", i, new int[] {3, 32, 32}, new byte[] {1, (byte) i}});
      tables.addAll(List.of(AscentRows.TABLE, PullbackRows.DECISIONS));
    }
    try (HeldRows held = new HeldRows()) {
      for (int i = 0; i < rows.size(); i++) {
        held.write(tables.get(i), rows.get(i));
      }
      List<Object[]> back = new ArrayList<>();
      held.copyTo(
          (table, row) -> {
            assertEquals(tables.get(back.size()), table);
            back.add(row);
          });
      assertEquals(rows.size(), back.size());
      for (int i = 0; i < rows.size(); i++) {
        assertArrayEquals(rows.get(i), back.get(i));
        assertNotSame(rows.get(i)[0], back.get(i)[0], "kept in memory");
      }
    }
  }

  @Test
  void whatIsClosedTakesNoMore() throws Exception {
    HeldRows held = new HeldRows();
    held.write(Table.ERRORS, "a", 0L, "b");
    held.close();
    held.close();
    assertThrows(IOException.class, () -> held.copyTo((table, row) -> {}));
  }
}
