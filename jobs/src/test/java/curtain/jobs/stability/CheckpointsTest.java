package curtain.jobs.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found, its order by name, and who lends gates. */
@Tag("fast")
class CheckpointsTest {
  @Test
  void numbersInNamesCompareAsNumbers() {
    List<String> expected =
        List.of("a2", "a010b", "a10b1.pth", "a10b2.pth", "a10b10.pth", "a200", "b", "b1");
    assertEquals(expected, expected.stream().sorted(CheckpointOrder.NATURAL).toList());
    assertEquals(
        expected,
        Stream.of("b1", "a200", "a10b10.pth", "b", "a010b", "a10b2.pth", "a2", "a10b1.pth")
            .sorted(CheckpointOrder.NATURAL)
            .toList());
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

  @TempDir Path dir;

  private String touch(String... names) throws IOException {
    for (String name : names) {
      Path file = dir.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
    return dir.toString();
  }

  private static List<String> found(String given) throws IOException {
    return Checkpoints.find(given, new Configuration()).names();
  }

  @Test
  void filesOfADirectoryOrTheWeightsInItsFoldersAreFound() throws Exception {
    touch("a/x_1.pth", "a/x_2.pth", "a/.hidden", "a/_SUCCESS", "a/tensorboard/events.bin");
    touch("hf/config.json", "hf/.git/x.bin");
    for (int step : new int[] {500, 1000}) {
      String folder = "hf/checkpoint-" + step + "/";
      touch(folder + "pytorch_model.bin", folder + "config.json", folder + "training_args.bin");
      touch(folder + "optimizer.pt", folder + "scheduler.pt", folder + "rng_state_0.pth");
    }
    touch("one/epoch_3/model.pth");
    assertEquals(List.of("x_1.pth", "x_2.pth"), found(dir + "/a"));
    assertEquals(1, Checkpoints.find(dir + "/a", new Configuration()).left());
    List<String> folders =
        List.of("checkpoint-1000/pytorch_model.bin", "checkpoint-500/pytorch_model.bin");
    assertEquals(folders, found(dir + "/hf"));
    assertEquals(folders, found(dir + "/hf/checkpoint-*"));
    assertEquals(folders, found(dir + "/hf/*/pytorch_model.bin"));
    assertEquals(List.of("model.pth"), found(dir + "/one"));
    assertEquals(5, found(dir + "/{a,hf,one}/{*.pth,*/model.pth,*/py*.bin}").size());
    assertThrows(IOException.class, () -> found(dir + "/none"));
  }

  @Test
  void aListGivesAnotherOrderAndNamesEachOnce() throws Exception {
    List<String> names = List.of("a/1.pth", "a/2.pth", "b.pth");
    Path list = dir.resolve("order.txt");
    Files.writeString(list, "\uFEFFb.pth\r\n\r\n./a/2.pth\r\na/1.pth");
    CheckpointOrder order = Checkpoints.order(names, list.toString(), new Configuration());
    assertEquals(List.of("b.pth", "a/2.pth", "a/1.pth"), order.names());
    assertEquals(
        "3 checkpoints in order of --checkpoint-order " + list + ": b.pth, a/2.pth, a/1.pth",
        order.said());
    for (String[] wrong :
        new String[][] {
          {"b.pth", "lacks a/1.pth and 1 more"},
          {"b.pth\nb.pth", "names b.pth twice"},
          {"a/3.pth", "'a/3.pth' is none of the checkpoints; the nearest is a/"}
        }) {
      Files.writeString(list, wrong[0]);
      IOException e =
          assertThrows(
              IOException.class,
              () -> Checkpoints.order(names, list.toString(), new Configuration()));
      assertTrue(e.getMessage().contains(wrong[1]), e.getMessage());
    }
  }
}
