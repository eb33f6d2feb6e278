package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.ClassList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class TargetChoiceTest {
  private static final ClassList IMAGENET = ClassList.imagenet();

  @Test
  void everyForm() {
    assertEquals(Targets.top(1), TargetChoice.parse("predicted", IMAGENET).of(List.of(7, 8)));
    assertEquals(Targets.top(5), TargetChoice.parse("top:5", IMAGENET).of(List.of(7, 8)));
    assertEquals(
        Targets.of(List.of(List.of(7), List.of(8))),
        TargetChoice.parse("label", IMAGENET).of(List.of(7, 8)));
    TargetChoice named = TargetChoice.parse("goldfish,n01440764, 207", IMAGENET);
    assertEquals(Targets.of(List.of(List.of(1, 0, 207))), named.of(List.of(7)));
    assertEquals("1,0,207", named.toString());
    assertEquals("predicted", TargetChoice.parse("top:1", IMAGENET).toString());
    assertEquals("top:5", TargetChoice.parse("top:5", IMAGENET).toString());
    assertEquals("3", TargetChoice.parse("3", ClassList.unnamed(7)).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "crane | is ambiguous; use one of n02012849, n03126707",
        "maillot | is ambiguous",
        "goldfihs | nearest: goldfish",
        "1000 | target 1000 is not within 0..999",
        "-1 | target -1 is not within 0..999",
        "top:0 | top:0 takes a number from 1 to 1000",
        "top:1001 | top:1001 takes",
        "top:x | top:x takes",
        "goldfish,1 | names class 1 (goldfish) twice",
        "3,,4 | has an empty name",
        "label,3 | target label is no index",
      })
  void whatIsRefused(String text, String message) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> TargetChoice.parse(text.strip(), IMAGENET));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void classesWithoutNamesTakeIndices() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> TargetChoice.parse("dog", ClassList.unnamed(7)));
    assertEquals(
        "target dog is no index, and the classes have no names; give labels", e.getMessage());
    assertTrue(ClassList.unnamed(7).labelOf("3").isEmpty());
  }
}
