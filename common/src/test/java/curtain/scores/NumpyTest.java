package curtain.scores;

import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.fixtures.Shared;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All scores against numpy, in blocks of several sizes. */
@Tag("reference")
class NumpyTest {
  private static final int CLASSES = 7;
  private static final int COMPONENTS = 5;

  @TempDir Path dir;

  private Map<String, List<String>> numpy(double[][] kernel, Logits logits, List<Integer> labels)
      throws Exception {
    int n = kernel.length;
    ByteBuffer data =
        ByteBuffer.allocate((n + CLASSES + 1) * n * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double[] row : kernel) {
      for (double value : row) {
        data.putDouble(value);
      }
    }
    for (float[] row : logits.values()) {
      for (float value : row) {
        data.putDouble(value);
      }
    }
    for (Integer label : labels) {
      data.putDouble(label == null ? -1 : label);
    }
    Path file = Files.write(dir.resolve("kernel"), data.array());
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    Process process =
        new ProcessBuilder(
                Shared.python(),
                Shared.root().resolve("common/src/test/python/kernel_scores.py").toString(),
                file.toString(),
                String.valueOf(n),
                String.valueOf(CLASSES),
                String.valueOf(COMPONENTS))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> "kernel_scores.py: " + err);
    Map<String, List<String>> scores = new HashMap<>();
    for (String line : Files.readAllLines(out)) {
      List<String> words = List.of(line.split(" "));
      scores.put(words.get(0), words.subList(1, words.size()));
    }
    return scores;
  }

  private static void assertClose(String expected, Double actual, double tolerance) {
    if (expected.equals("None") || actual == null) {
      assertEquals(expected, actual == null ? "None" : actual.toString());
    } else {
      double value = Double.parseDouble(expected);
      assertEquals(value, actual, tolerance * Math.max(1, Math.abs(value)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "61, 2, 8, 17, 0",
    "61, 2, 8, 100, 0",
    "200, 6, 4, 64, 4",
    "333, 3, 20, 7, 0",
    "20, 2, 1, 5, 3"
  })
  void scoresAreNumpys(int n, int dimensions, double scale, int block, int unlabelled)
      throws Exception {
    Random random = new Random(n);
    double[][] kernel = Matrices.gaussian(n, dimensions, scale, random);
    Logits logits = Matrices.smooth(kernel, CLASSES, random);
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean none = unlabelled > 0 && i % unlabelled == 1;
      list.add(none ? null : random.nextInt(4) == 0 ? random.nextInt(3) : i % 3);
    }
    Labels labels = new Labels(list);
    Map<String, List<String>> expected = numpy(kernel, logits, list);

    try (BlockMatrix matrix = Matrices.blocks(kernel, true, block, Math.max(1, block / 2))) {
      assertClose(expected.get("median").get(0), OffDiagonal.median(matrix), 0);
      Double[][] logit = CentredAlignment.of(List.of(matrix), Matrices.all(n), null, logits);
      assertClose(expected.get("alignment_logit").get(0), logit[0][1], 1e-12);
      Double[][] label = CentredAlignment.of(List.of(matrix), labels.known(), labels, null);
      assertClose(expected.get("alignment_label").get(0), label[0][1], 1e-12);

      Neighbours near = new Neighbours(n, 20, labels.known());
      matrix.forEach(b -> near.add(b, true, matrix.isMirrored(b)));
      int[] votes = {1, 5, 20};
      for (int k = 0; k < votes.length; k++) {
        assertClose(expected.get("knn").get(k), near.accuracy(votes[k], labels, labels), 1e-15);
      }

      RidgeRegression ridge = RidgeRegression.of(matrix, logits);
      assertClose(expected.get("ridge").get(0), ridge.ridge(), 1e-12);
      assertClose(expected.get("ridge").get(1), ridge.rSquared(), 1e-7);
      assertClose(expected.get("ridge").get(2), ridge.argmaxAgreement(), 1e-15);

      Spectrum spectrum = Spectrum.leading(matrix, COMPONENTS);
      for (int k = 0; k < COMPONENTS; k++) {
        assertClose(expected.get("eigenvalues").get(k), spectrum.eigenvalues()[k], 1e-11);
        for (int i = 0; i < n; i++) {
          assertClose(
              expected.get("scores").get(i * COMPONENTS + k), spectrum.scores()[i][k], 1e-8);
        }
      }
    }
  }
}
