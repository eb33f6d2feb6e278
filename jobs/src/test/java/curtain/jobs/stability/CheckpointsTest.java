package curtain.jobs.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Order, steps, and who lends gates. */
@Tag("fast")
class CheckpointsTest {
  @Test
  void numbersInNamesCompareAsNumbers() {
    List<String> expected =
        List.of("a2", "a010b", "a10b1.pth", "a10b2.pth", "a10b10.pth", "a200", "b", "b1");
    assertEquals(expected, expected.stream().sorted(Checkpoints.NATURAL).toList());
    assertEquals(
        expected,
        Stream.of("b1", "a200", "a10b10.pth", "b", "a010b", "a10b2.pth", "a2", "a10b1.pth")
            .sorted(Checkpoints.NATURAL)
            .toList());
  }

  @Test
  void theStepIsTheLastNumberBeforeTheExtension() {
    assertEquals("156", Checkpoints.step("resnet20_step00156.pth"));
    assertEquals("12", Checkpoints.step("e3-12.t7"));
    assertEquals("5", Checkpoints.step("5"));
    assertNull(Checkpoints.step("last.pth"));
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "step" + i).toList();
  }

  @Test
  void upToTwelveAllLendAndOfMoreThoseSpacedLogarithmically() {
    assertEquals(List.of(0, 1, 2), Checkpoints.gatesFrom(null, names(3)));
    List<Integer> of100 = Checkpoints.gatesFrom(null, names(100));
    assertEquals(12, of100.stream().distinct().count());
    assertEquals(of100.stream().sorted().toList(), of100);
    assertEquals(0, of100.get(0));
    assertEquals(99, of100.get(11));
    assertEquals(List.of(0, 9, 99), Checkpoints.gatesFrom("3", names(100)));
    assertEquals(List.of(6), Checkpoints.gatesFrom("1", names(7)));
    for (int count = 13; count < 40; count++) {
      List<Integer> positions = Checkpoints.gatesFrom(null, names(count));
      assertEquals(12, positions.stream().distinct().count());
      assertEquals(count - 1, positions.get(11));
      assertEquals(positions.stream().sorted().toList(), positions);
    }
  }

  @Test
  void namesAreTakenInTheOrderOfCheckpoints() {
    assertEquals(List.of(1, 2), Checkpoints.gatesFrom("step2,step1", names(3)));
    assertThrows(
        IllegalArgumentException.class, () -> Checkpoints.gatesFrom("step1,step1", names(3)));
    assertThrows(IllegalArgumentException.class, () -> Checkpoints.gatesFrom("0", names(3)));
    assertThrows(IllegalArgumentException.class, () -> Checkpoints.gatesFrom("", names(3)));
  }
}
