package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a task holds at once. */
@Tag("fast")
class RoomTest {
  @Test
  void resultsFitInto384Mebibytes() {
    assertEquals(668, Room.results(1, 224));
    assertEquals(334, Room.results(2, 224));
    assertEquals(0, Room.results(669, 224));
    assertEquals(32768, Room.results(1, 32));
    assertEquals(0, Room.results(Long.MAX_VALUE / 1_000_000, 224), "no overflow");
  }

  @Test
  void groupsKeepTheOrderAndAreNoLarger() {
    List<List<Integer>> classes = List.of(List.of(1, 2, 3, 4, 5), List.of(6, 7, 8, 9, 0));
    assertEquals(
        List.of(
            List.of(List.of(1, 2), List.of(6, 7)),
            List.of(List.of(3, 4), List.of(8, 9)),
            List.of(List.of(5), List.of(0))),
        Room.groups(classes, 2));
    assertEquals(List.of(classes), Room.groups(classes, 5));
    assertEquals(5, Room.groups(classes, 1).size());
  }
}
