package curtain.jobs.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of checkpoints by the names that training code gives them. */
@Tag("fast")
class CheckpointOrderTest {
  /** Each line: names in the order of training, what orders them, and how many ties there are. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          epoch=8-val_acc=0.85.ckpt epoch=9-val_acc=0.85.ckpt epoch=10-val_acc=0.9.ckpt | epoch | 0
          epoch=08-step=1000-val_loss=0.123-v1.ckpt epoch=09-step=2000-val_loss=0.1.ckpt | step | 0
          epoch=9-step=90.ckpt epoch=10-step=100.ckpt epoch=10-step=100-v1.ckpt | step | 1
          epoch=1-val_acc=0.5.ckpt epoch=1-val_acc=0.5-v1.ckpt epoch=2-val_acc=0.4.ckpt | epoch | 1
          acc0.9_step5.pth acc0.8_step6.pth acc0.8_step6_best.pth | step | 1
          checkpoint-500/pytorch_model.bin checkpoint-1000/pytorch_model.bin | checkpoint | 0
          checkpoint-500/m.bin checkpoint-1000/m.bin checkpoint-1000/n.bin | checkpoint | 1
          epoch_3/model.pth epoch_12/model.pth epoch_100/model.pth | epoch | 0
          iter_900.pth iter_1000.pth iter_80000.pth | iteration | 0
          net_iter_0.5k.pth net_iter_900.pth net_iter_12k.pth net_iter_1M.pth | iteration | 0
          step=9e+04.ckpt step=1e+05.ckpt step=1.5e+05.ckpt | step | 0
          step_9000.pth step_1e04.pth step_2e4.pth step_1e10.pth | step | 0
          epoch=2-step=500M.pt epoch=2-step=1B.pt epoch=2-step=1.5G.pt | step | 0
          net_500M.pt net_1B.pt | the number in their names | 0
          lr_1e-4.pth lr_1e-3.pth lr_1e-1.pth | the number in their names | 0
          epoch_3a.pth epoch_3b.pth epoch_4a.pth | epoch | 1
          step_500.pth step_900_000.pth step_1_000_000.pth | step | 0
          step_1_000.pth step_2_000.pth step_10_000.pth | step | 0
          iter_9_500_ema.pth iter_10_000_ema.pth | iteration | 0
          step_900_256.pth step_1000_256.pth | step | 0
          step_1_224.pth step_2_224.pth | step | 0
          epoch_1_900.pth epoch_1_1000.pth epoch_2_900.pth | epoch | 1
          net_0.5k.pth net_900.pth net_12k.pth | the number in their names | 0
          net_0.25k.pth net_0.5k.pth net_12k.pth | the number in their names | 0
          resnet20_step00020.pth resnet20_step00156.pth resnet20_step01248.pth | step | 0
          rl_model_9000_steps.zip rl_model_10000_steps.zip | step | 0
          modelEpoch9.pt modelEpoch10.pt | epoch | 0
          ckpt_e9_global_step_10.pt ckpt_e8_global_step_20.pt | step | 0
          epoch_1_step_100.pth epoch_1_step_200.pth epoch_2_step_100.pth | epoch and step | 0
          epoch_9/iter_5.pth epoch_9/iter_10.pth epoch_10/iter_5.pth | epoch and iteration | 0
          step_9/model.pth step_10/best.pth step_10/model.pth | step | 1
          epoch_10of90.pth epoch_20of90.pth | epoch | 0
          net-1.9.pth net-1.10.pth | name | 0
          vit16.pth vit32.pth | the number in their names | 0
          5.pth 12.pth | the number in their names | 0
          epoch=1.ckpt epoch=10.ckpt last.ckpt | name (last.ckpt has no epoch) | 0
          iter_1.pth iter_2.pth model_best.pth model_last.pth | name (model_best.pth and 1 more have no iteration) | 0
          final.pth init.pth mid.pth | name | 0
          a2_s10.pth a10_s3.pth | name | 0
          a.pth a-v1.pth a-v2.pth a-v10.pth | name | 0
          model_best.pth | name | 0
          """)
  void theNumberOfTheRunOrders(String line, String by, int ties) {
    List<String> expected = List.of(line.split(" ", -1));
    Random random = new Random(5);
    for (int i = 0; i < 5; i++) {
      List<String> shuffled = new ArrayList<>(expected);
      Collections.shuffle(shuffled, random);
      CheckpointOrder order = CheckpointOrder.of(shuffled);
      assertEquals(expected, order.names());
      assertEquals(by, order.by());
      assertEquals(ties, order.ties().size());
    }
  }

  @Test
  void theNumbersOfTheAxisAreThoseOfTheOrder() {
    for (String names :
        List.of(
            "step=9e+04.ckpt step=1e+05.ckpt step=2000000.ckpt",
            "step_90_000.pth step_100_000.pth step_2_000_000.pth",
            "net_90k.pth net_0.1M.pth net_0.002B.pth")) {
      List<String> ordered = List.of(names.split(" ", -1));
      assertEquals(
          List.of(90_000L, 100_000L, 2_000_000L),
          CheckpointOrder.ascending(ordered).orElseThrow().stream()
              .map(BigDecimal::longValueExact)
              .toList());
    }
    assertEquals(
        List.of(BigDecimal.valueOf(1), BigDecimal.valueOf(2)),
        CheckpointOrder.ascending(List.of("step_1_224.pth", "step_2_224.pth")).orElseThrow());
  }

  @Test
  void theMessageNamesFirstSecondLastAndTies() {
    assertEquals(
        "4 checkpoints in order of step: step=1.ckpt, step=2.ckpt ... step=12.ckpt;"
            + " step=2.ckpt and step=2-v1.ckpt have the same number and are in order of name",
        CheckpointOrder.of(List.of("step=12.ckpt", "step=2-v1.ckpt", "step=1.ckpt", "step=2.ckpt"))
            .said());
    assertTrue(CheckpointOrder.of(List.of("x.pth")).said().startsWith("1 checkpoint in order"));
  }
}
