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
    assertEquals(
        "; left out: 1 folder (a glob, DIR/*/FILE, takes them)",
        Checkpoints.find(dir + "/a", new Configuration()).left());
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
  void whatTrainingCodeWritesBesideWeightsIsNoCheckpoint() throws Exception {
    touch("hf/config.json", "hf/model.safetensors", "hf/training_args.bin", "hf/README.md");
    touch("hf/tokenizer.json", "hf/runs/events.bin");
    for (int step : new int[] {500, 1000}) {
      String folder = "hf/checkpoint-" + step + "/";
      touch(folder + "model.safetensors", folder + "config.json", folder + "training_args.bin");
      touch(folder + "optimizer.pt", folder + "scheduler.pt", folder + "rng_state.pth");
      touch(folder + "scaler.pt", folder + "trainer_state.json", folder + "sampler.bin");
      touch(folder + "global_step" + step + "/mp_rank_00_model_states.pt");
      touch(folder + "global_step" + step + "/zero_pp_rank_0_mp_rank_00_optim_states.pt");
    }
    Checkpoints.Found hub = Checkpoints.find(dir + "/hf", new Configuration());
    assertEquals(
        List.of("checkpoint-1000/model.safetensors", "checkpoint-500/model.safetensors"),
        hub.names());
    assertEquals(
        "; left out: 1 folder (a glob, DIR/*/FILE, takes them), 5 files beside them", hub.left());
    for (int i : new int[] {0, 1}) {
      String folder = "acc/checkpoints/checkpoint_" + i + "/";
      touch(folder + "pytorch_model.bin", folder + "optimizer.bin", folder + "scheduler.bin");
      touch(folder + "sampler.bin", folder + "random_states_0.pkl");
      touch(folder + "custom_checkpoint_0.pkl", folder + "dl_state_dict.bin");
    }
    assertEquals(
        List.of("checkpoint_0/pytorch_model.bin", "checkpoint_1/pytorch_model.bin"),
        found(dir + "/acc"));
    touch("ds/checkpoint-5/global_step5/mp_rank_00_model_states.pt");
    touch("ds/checkpoint-5/global_step5/zero_pp_rank_0_mp_rank_00_optim_states.pt");
    touch("ds/pytorch_model.bin");
    assertEquals(List.of("mp_rank_00_model_states.pt"), found(dir + "/ds"));
    touch("flat/1.pth", "flat/2.pth", "flat/optimizer.pth", "flat/args.json", "flat/optimal.pth");
    Checkpoints.Found flat = Checkpoints.find(dir + "/flat", new Configuration());
    assertEquals(List.of("1.pth", "2.pth", "optimal.pth"), flat.names());
    assertEquals("; left out: 2 files beside them", flat.left());
    assertEquals(List.of("optimizer.pth"), found(dir + "/flat/optimizer.pth"));
  }

  @Test
  void linksToNothingAreCountedAndLoopsEnd() throws Exception {
    touch("run/checkpoint-1/model.bin", "run/checkpoint-2/model.bin");
    Files.createSymbolicLink(dir.resolve("run/checkpoint-2/again"), dir.resolve("run"));
    Files.createSymbolicLink(dir.resolve("run/checkpoint-2/lost.pth"), Path.of("nowhere"));
    Files.createSymbolicLink(dir.resolve("run/checkpoint-3"), Path.of("checkpoint-3"));
    Files.createDirectories(dir.resolve("deep/a/b"));
    touch("deep/a/b/x_1.pth", "deep/a/b/x_2.pth");
    Files.createSymbolicLink(dir.resolve("deep/a/b/up"), dir.resolve("deep/a"));
    Files.createSymbolicLink(dir.resolve("deep/a/b/x_3.pth"), Path.of("gone.pth"));
    Checkpoints.Found run = Checkpoints.find(dir + "/run", new Configuration());
    assertEquals(List.of("checkpoint-1/model.bin", "checkpoint-2/model.bin"), run.names());
    assertEquals("; left out: 2 links to nothing", run.left());
    Checkpoints.Found deep = Checkpoints.find(dir + "/deep", new Configuration());
    assertEquals(List.of("x_1.pth", "x_2.pth"), deep.names());
    assertEquals("; left out: 1 link to nothing", deep.left());
  }

  @Test
  void aListGivesAnotherOrderAndNamesEachOnce() throws Exception {
    List<String> names = List.of("a/1.pth", "a/2.pth", "b.pth");
    Path list = Files.createDirectory(dir.resolve("10:30")).resolve("order: 1.txt");
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
