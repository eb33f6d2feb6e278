package curtain.gram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.compile.GateNumbers;
import curtain.engine.LoadedProgram;
import curtain.fixtures.Oracle;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.images.source.DecodedImage;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import curtain.pullback.Agreement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gram matrices against the reference in float64 (spec 3): inner products of hard gates equal but
 * for gates at rounding level, log|K| of smooth gates within 1e-6 relative in float32 and within
 * 0.01 nats when dithered to int8.
 */
@Tag("reference")
final class GramAgreementTest {
  private static final double NATS = 0.01;

  @TempDir Path scratch;

  @Test
  void resNet20OnCifar() throws IOException {
    agree(
        "cifar_resnet20",
        "cifar10-resnet20.th",
        "cifar10-sample/test",
        32,
        Shared.full() ? 60 : 40);
  }

  @Test
  void squeezeNetOnPhotos() throws IOException {
    agree(
        "squeezenet1_1",
        "squeezenet1_1-imagenet.pth",
        "imagenet-sample/val",
        224,
        Shared.full() ? 40 : 10);
  }

  /** One gate against its reference. */
  private record Case(
      Oracle oracle, Network network, List<byte[]> images, GramOptions options, String gate) {

    int n() {
      return images.size();
    }

    Tile tile() throws IOException {
      try (LoadedProgram program = Grams.load(network, options);
          GramKernel kernel = new GramKernel(program, options, 16)) {
        return Grams.whole(kernel, images, true);
      }
    }
  }

  private void agree(String architecture, String weights, String folder, int side, int count)
      throws IOException {
    Path root = Shared.real("data/" + folder);
    Path file = Shared.real("data/weights/" + weights);
    Network network = Architecture.of(architecture).network(file, Normalisation.IMAGENET);
    try (Oracle oracle = Oracle.start(scratch)) {
      List<byte[]> images =
          Agreement.images(root, side, oracle.images(root, side, count)).stream()
              .map(DecodedImage::pixels)
              .toList();
      oracle.load(architecture, file);
      String hard =
          hard(
              new Case(
                  oracle, network, images, GramOptions.of(Gate.HARD, 0.3, true, true), "hard"));
      String gate = "sigmoid";
      double[] expected = oracle.gram(gate, 0.3, true);
      double[] floats =
          worst(
              new Case(
                  oracle, network, images, GramOptions.of(Gate.SIGMOID, 0.3, false, true), gate),
              expected);
      assertTrue(floats[1] <= 1e-6, "float32, relative: " + floats[1]);
      double[] dithered =
          worst(
              new Case(
                  oracle, network, images, GramOptions.of(Gate.SIGMOID, 0.3, true, true), gate),
              expected);
      assertTrue(dithered[0] <= NATS, "int8, nats: " + dithered[0]);
      System.out.printf(
          Locale.ROOT,
          "%s, %d images: %s; log|K| of sigmoid gates: float32 %.1e relative (%.1e nats), int8 %.1e"
              + " nats%n",
          architecture,
          count,
          hard,
          floats[1],
          floats[0],
          dithered[0]);
    }
  }

  /** Every inner product of every layer; log|K| of the pairs whose inner products are equal. */
  private static String hard(Case given) throws IOException {
    double[] expected = given.oracle().gram(given.gate(), 0.3, true);
    Tile tile = given.tile();
    int n = given.n();
    int pairs = n * n;
    int layers = tile.layers().length;
    long differing = 0;
    boolean[] same = new boolean[pairs];
    Arrays.fill(same, true);
    for (int l = 0; l < layers; l++) {
      for (int p = 0; p < pairs; p++) {
        double difference = Math.abs(tile.layers()[l][p] - expected[(2 + l) * pairs + p]);
        int close = (2 + layers) * pairs + l * n;
        assertTrue(
            difference <= expected[close + p / n] + expected[close + p % n],
            "layer " + l + ", pair " + p + ": " + difference);
        differing += difference == 0 ? 0 : 1;
        same[p] &= difference == 0;
      }
    }
    for (int p = 0; p < pairs; p++) {
      assertEquals(expected[pairs + p], tile.sign()[p]);
      if (same[p]) {
        assertEquals(expected[p], tile.logKernel()[p], 1e-6 * Math.abs(expected[p]));
      }
    }
    assertPositiveSemiDefinite(tile);
    return String.format(
        Locale.ROOT,
        "%,d of %,d inner products of hard gates differ",
        differing,
        (long) layers * pairs);
  }

  private static void assertPositiveSemiDefinite(Tile tile) {
    for (double smallest : Grams.smallestEigenvalues(tile)) {
      assertTrue(smallest > -1e-8, "eigenvalue " + smallest);
    }
  }

  /** Largest error of log|K| in nats, and relative. */
  private static double[] worst(Case given, double[] expected) throws IOException {
    Tile tile = given.tile();
    if (given.options().numbers() == GateNumbers.BYTES) {
      assertPositiveSemiDefinite(tile);
    }
    int pairs = given.n() * given.n();
    double[] worst = new double[2];
    for (int p = 0; p < pairs; p++) {
      double error = Math.abs(tile.logKernel()[p] - expected[p]);
      worst[0] = Math.max(worst[0], error);
      worst[1] = Math.max(worst[1], error / Math.abs(expected[p]));
      assertEquals(expected[pairs + p], tile.sign()[p]);
    }
    return worst;
  }
}
