package curtain.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
final class ShortNamesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          resnet20_step00000.pth resnet20_step00020.pth resnet20_step01248.pth | 0 20 1248 | resnet20_step*.pth
          epoch1.pth epoch10.pth epoch100.pth | 1 10 100 | epoch*.pth
          epoch010.pth epoch020.pth | 10 20 | epoch*.pth
          best.pth last.pth | best last | *.pth
          step-a.pt stop-b.pt | step-a stop-b | *.pt
          run.pth run-2.pth | run run-2 | *.pth
          a a1 | a a1 | *
          features.denseblock1.relu0 features.relu_final | denseblock1.relu0 relu_final | features.*
          relu layer1.0.relu#0 layer1.0.relu#1 | relu layer1.0.relu#0 layer1.0.relu#1 | *
          m1_e05.pth m1_e5.pth | 05 5 | m1_e*.pth
          only_step00000.pth | only_step00000.pth | *
          same same | same same | *
          """)
  void whatNamesHaveInCommonIsCut(String names, String expected, String pattern) {
    ShortNames shortened = ShortNames.of(List.of(names.split(" ")));
    assertEquals(List.of(expected.split(" ")), shortened.names());
    assertEquals(pattern, shortened.pattern());
  }
}
