package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Oracle;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.source.DecodedImage;
import curtain.pullback.Agreement.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * State dicts that torchvision saved, one of every family, against the reference in float64: all
 * gates, both pools, {@code --compat authors}, three temperatures, one and six targets. Two small
 * networks see every combination; on the others, where the reference or the writing of a program
 * takes seconds, there are a few, and with {@code -Dcurtain.full=true} as many as cover every
 * value.
 */
@Tag("reference")
final class ZooAgreementTest {
  private static final List<Double> TEMPERATURES = List.of(0.15, 0.3, 0.5);
  private static final List<Integer> ALL_TEMPERATURES = List.of(0, 1, 2);
  private static final Gate LEAKY = Gate.parse("leaky:0.3");
  private static final List<Gate> GATES =
      List.of(
          Gate.SIGMOID,
          Gate.SOFTSIGN,
          Gate.NORMAL_CDF,
          Gate.HARD,
          LEAKY,
          Gate.B_SILU,
          Gate.GUIDED,
          Gate.DECONV);

  /** Photos that weights are made for; the first ones are compared. */
  private static final int PHOTOS = 4;

  /** Networks of this test. */
  private static final int NETWORKS = 8;

  private static final List<Oracle.Verdict> VERDICTS = new ArrayList<>();

  @TempDir Path scratch;

  /** Over all images of all networks; one image of a deep network would be too few gates. */
  @AfterAll
  static void decisionsDifferAtRoundingLevelOnly() {
    if (VERDICTS.size() == NETWORKS) {
      Agreement.assertRounding(VERDICTS);
    }
  }

  /** Every gate, temperature and compatibility; it has no pools. */
  @Test
  void cifarResNet20() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (Gate gate : GATES) {
      for (boolean compat : new boolean[] {false, true}) {
        cases.add(
            sixTargets(gate, PoolGate.SOFTMAX, compat, 10, 2, ALL_TEMPERATURES, List.of(0, 3, 5)));
      }
    }
    cases.add(oneTarget(Gate.SIGMOID, PoolGate.SOFTMAX, false, 10, 2, 0.3));
    cases.add(oneTarget(Gate.SOFTSIGN, PoolGate.SOFTMAX, false, 10, 2, 0.15));
    cases.add(oneTarget(LEAKY, PoolGate.SOFTMAX, true, 10, 2, 0.3));
    check("cifar_resnet20", cases);
  }

  /** Every gate, temperature and pool; all its ReLUs are modules. */
  @Test
  void squeezeNet11() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (Gate gate : GATES) {
      for (PoolGate pool : PoolGate.values()) {
        boolean one = !gate.hasTemperature() && pool == PoolGate.HARD;
        cases.add(
            sixTargets(
                gate, pool, false, 1000, 1, one ? List.of(1) : ALL_TEMPERATURES, List.of(4)));
      }
    }
    cases.add(oneTarget(Gate.SIGMOID, PoolGate.SOFTMAX, true, 1000, 1, 0.3));
    check("squeezenet1_1", cases);
  }

  @Test
  void squeezeNet10() throws IOException {
    check(
        "squeezenet1_0",
        Shared.full()
            ? covering(1)
            : List.of(
                sixTargets(Gate.SOFTSIGN, PoolGate.HARD, false, 1000, 1, List.of(0), List.of(0, 5)),
                oneTarget(Gate.GUIDED, PoolGate.SOFTMAX, true, 1000, 1, 0.3)));
  }

  @Test
  void alexNet() throws IOException {
    check(
        "alexnet",
        Shared.full()
            ? covering(1)
            : List.of(
                sixTargets(
                    Gate.SIGMOID, PoolGate.SOFTMAX, false, 1000, 1, List.of(0, 2), List.of(0, 5)),
                oneTarget(Gate.B_SILU, PoolGate.HARD, true, 1000, 1, 0.3)));
  }

  @Test
  void resNet18() throws IOException {
    check(
        "resnet18",
        Shared.full()
            ? covering(2)
            : List.of(
                oneTarget(Gate.SOFTSIGN, PoolGate.SOFTMAX, true, 1000, 1, 0.15),
                oneTarget(Gate.HARD, PoolGate.HARD, false, 1000, 1, 0.3)));
  }

  @Test
  void resNet50() throws IOException {
    check(
        "resnet50",
        Shared.full()
            ? covering(2)
            : List.of(
                sixTargets(
                    Gate.SIGMOID, PoolGate.SOFTMAX, false, 1000, 1, List.of(1), List.of(0, 5)),
                oneTarget(Gate.NORMAL_CDF, PoolGate.HARD, true, 1000, 1, 0.5)));
  }

  @Test
  void vgg11WithBatchNorm() throws IOException {
    check(
        "vgg11_bn",
        Shared.full()
            ? covering(2)
            : List.of(oneTarget(Gate.SIGMOID, PoolGate.SOFTMAX, false, 1000, 1, 0.15)));
  }

  @Test
  void denseNet121() throws IOException {
    check(
        "densenet121",
        Shared.full()
            ? covering(2)
            : List.of(
                sixTargets(Gate.SIGMOID, PoolGate.SOFTMAX, false, 1000, 1, List.of(2), List.of(1)),
                oneTarget(LEAKY, PoolGate.SOFTMAX, true, 1000, 1, 0.3)));
  }

  /** Every gate, pool, temperature and both compatibilities, not each with each. */
  private static List<Case> covering(int images) {
    List<Case> cases = new ArrayList<>();
    cases.add(
        sixTargets(
            Gate.SIGMOID, PoolGate.SOFTMAX, false, 1000, images, List.of(0, 2), List.of(0, 5)));
    cases.add(oneTarget(Gate.SIGMOID, PoolGate.HARD, true, 1000, images, 0.3));
    cases.add(oneTarget(Gate.SOFTSIGN, PoolGate.SOFTMAX, true, 1000, images, 0.15));
    cases.add(oneTarget(Gate.NORMAL_CDF, PoolGate.HARD, false, 1000, images, 0.5));
    cases.add(oneTarget(Gate.HARD, PoolGate.SOFTMAX, false, 1000, images, 0.3));
    cases.add(oneTarget(LEAKY, PoolGate.HARD, false, 1000, images, 0.3));
    cases.add(oneTarget(Gate.B_SILU, PoolGate.SOFTMAX, false, 1000, images, 0.3));
    cases.add(oneTarget(Gate.GUIDED, PoolGate.SOFTMAX, false, 1000, images, 0.3));
    cases.add(oneTarget(Gate.DECONV, PoolGate.SOFTMAX, true, 1000, images, 0.3));
    return cases;
  }

  private static Case sixTargets(
      Gate gate,
      PoolGate pool,
      boolean compat,
      int classes,
      int images,
      List<Integer> comparedTemperatures,
      List<Integer> comparedTargets) {
    return new Case(
        gate,
        pool,
        compat,
        TEMPERATURES,
        targets(classes, images, 6),
        comparedTemperatures,
        comparedTargets,
        false);
  }

  /** One temperature takes other ways through the program than several. */
  private static Case oneTarget(
      Gate gate, PoolGate pool, boolean compat, int classes, int images, double temperature) {
    return new Case(
        gate,
        pool,
        compat,
        List.of(temperature),
        targets(classes, images, 1),
        List.of(0),
        List.of(0),
        gate.equals(Gate.SIGMOID));
  }

  private static List<List<Integer>> targets(int classes, int images, int count) {
    return IntStream.range(0, images)
        .mapToObj(i -> IntStream.range(0, count).mapToObj(k -> (7 * i + 3 * k) % classes).toList())
        .toList();
  }

  private void check(String architecture, List<Case> cases) throws IOException {
    boolean cifar = architecture.startsWith("cifar");
    int side = cifar ? 32 : 224;
    Path root =
        photos(Shared.real(cifar ? "data/cifar10-sample/test" : "data/imagenet-sample/val"));
    try (Oracle oracle = Oracle.start(scratch)) {
      List<DecodedImage> images = Agreement.images(root, side, oracle.images(root, side, PHOTOS));
      Path weights = oracle.make(architecture);
      Agreement agreement = new Agreement(oracle, scratch, architecture, weights, images);
      for (Case c : cases) {
        agreement.check(c, c.targets().size());
      }
      System.out.println(agreement.summary());
      assertTrue(agreement.verdict().worst() <= Agreement.TOLERANCE, agreement.summary());
      VERDICTS.add(agreement.verdict());
      Files.delete(weights);
    }
  }

  /** A folder with the first photo of each of the first classes. */
  private Path photos(Path root) throws IOException {
    Path chosen = scratch.resolve("photos");
    try (Stream<Path> classes = Files.list(root)) {
      for (Path directory : classes.sorted().limit(PHOTOS).toList()) {
        try (Stream<Path> files = Files.list(directory)) {
          Path photo = files.sorted().findFirst().orElseThrow();
          Path own = Files.createDirectories(chosen.resolve(directory.getFileName().toString()));
          Files.copy(photo, own.resolve(photo.getFileName().toString()));
        }
      }
    }
    return chosen;
  }
}
