package curtain.jobs.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class TrainingAxisTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s00000.pth s00020.pth s00312.pth s01248.pth | STEPS | 0 20 312 1248
          s1.pth s10.pth s100.pth s1000.pth s10000.pth | LOG_STEPS | 1 10 100 1000 10000
          s0.pth s1.pth s10.pth s100.pth s10000.pth | NAMES | 0 1 2 3 4
          e1.pth e2.pth best.pth | NAMES | 0 1 2
          epoch=1-acc=0.5.ckpt epoch=2-acc=0.7.ckpt epoch=4-acc=0.6.ckpt | STEPS | 1 2 4
          n_0.5k.pth n_1k.pth n_2k.pth | STEPS | 500 1000 2000
          checkpoint-500/m.bin checkpoint-1000/m.bin | STEPS | 500 1000
          step1-v1.pth step1.pth step2.pth | NAMES | 0 1 2
          a2_s10.pth a10_s3.pth | NAMES | 0 1
          only7.pth | NAMES | 0
          """)
  void checkpointsLieByTheirStepsWhereTheyHaveSome(String names, String kind, String places) {
    TrainingAxis axis = TrainingAxis.of(List.of(names.split(" ", -1)));
    assertEquals(TrainingAxis.Kind.valueOf(kind), axis.kind());
    assertEquals(
        List.of(places.split(" ", -1)).stream().map(Double::valueOf).toList(), axis.places());
    axis.axis("title"); // has a range
  }
}
