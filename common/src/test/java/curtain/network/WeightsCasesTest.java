package curtain.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.weights.Checkpoint;
import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ResNet-20 as training code saves it, by PyTorch: each file gives the weights of the plain one,
 * or one line. Equal weights make equal programs, and these equal logits.
 */
@Tag("reference")
final class WeightsCasesTest {
  /** Numbers of the script's files that have to be refused. */
  private static final Set<String> REFUSED = Set.of("18", "25", "26", "30", "34", "35", "36", "37");

  /** Those whose values were rounded, to half and to bfloat16. */
  private static final Map<String, Double> ROUNDED = Map.of("15", 0x1p-11, "32", 0x1p-8);

  @TempDir Path scratch;

  @Test
  void everyFileGivesThePlainWeightsOrOneLine() throws Exception {
    Path script = Shared.path("cases/make_weights.py");
    Process process =
        new ProcessBuilder(
                Shared.python(),
                script.toString(),
                Shared.path("data").toString(),
                scratch.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, process.waitFor());
    List<Path> files;
    try (Stream<Path> all = Files.list(scratch)) {
      files = all.sorted().toList();
    }
    assertTrue(files.size() >= 26, files.toString());
    StateDict plain = read(files.get(0));
    for (Path file : files) {
      String number = file.getFileName().toString().substring(0, 2);
      try {
        StateDict weights = read(file);
        assertTrue(!REFUSED.contains(number), file + " was read");
        compare(file, plain, weights, ROUNDED.getOrDefault(number, 0.0));
      } catch (WeightsException e) {
        assertTrue(REFUSED.contains(number), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  private static StateDict read(Path file) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return Architecture.of("cifar_resnet20")
          .reader(
              checkpoint,
              StateDictChoice.AUTOMATIC,
              note -> assertEquals(1, note.lines().count(), note))
          .read()
          .weights();
    }
  }

  private static void compare(Path file, StateDict plain, StateDict weights, double tolerance) {
    assertEquals(plain.tensors().keySet(), weights.tensors().keySet(), file.toString());
    for (Map.Entry<String, Tensor> entry : plain.tensors().entrySet()) {
      float[] expected = entry.getValue().values();
      float[] actual = weights.tensors().get(entry.getKey()).values();
      if (tolerance == 0) {
        assertArrayEquals(expected, actual, file + ": " + entry.getKey());
      }
      for (int i = 0; i < expected.length; i++) {
        double error = Math.abs((double) expected[i] - actual[i]);
        assertTrue(error <= 1e-7 + tolerance * Math.abs(expected[i]), file + ": " + error);
      }
    }
  }
}
