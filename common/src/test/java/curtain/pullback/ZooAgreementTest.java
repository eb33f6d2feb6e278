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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * State dicts that torchvision saved against the reference in float64: all gates, both pools,
 * {@code --compat authors}, three temperatures, one and six targets. Two small networks see every
 * gate with pools or compatibilities; on the others, where the reference or the writing of a
 * program takes seconds, there is a case or two. With {@code -Dcurtain.full=true} one network of
 * every family, VGG too, and as many cases as cover every value.
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

  /** Gates that see six targets at three temperatures by default; the others see one at one. */
  private static final List<Gate> MANY = List.of(Gate.SIGMOID, Gate.HARD, LEAKY);

  /** Photos that weights are made for; the first ones are compared. */
  private static final int PHOTOS = 4;

  private static final List<String> NETWORKS =
      List.of("cifar_resnet20", "squeezenet1_1", "alexnet", "resnet18", "densenet121");

  private static final List<String> MORE = List.of("squeezenet1_0", "resnet50", "vgg11_bn");

  private static final List<Oracle.Verdict> VERDICTS = new ArrayList<>();

  @TempDir Path scratch;

  /** Over all images of all networks; one image of a deep network would be too few gates. */
  @AfterAll
  static void decisionsDifferAtRoundingLevelOnly() {
    if (VERDICTS.size() == networks().size()) {
      Agreement.assertRounding(VERDICTS);
    }
  }

  /** One network of each kind; the rest have the operations of these. */
  private static List<String> networks() {
    return Stream.of(NETWORKS, Shared.full() ? MORE : List.<String>of())
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void agrees(String architecture) throws IOException {
    check(
        architecture,
        switch (architecture) {
          case "cifar_resnet20" -> cifarResNet20();
          case "squeezenet1_1" -> squeezeNet11();
          default -> Shared.full() ? covering() : few(architecture);
        });
  }

  /** Every gate and compatibility, and every temperature; it has no pools. */
  private static List<Case> cifarResNet20() {
    List<Case> cases = new ArrayList<>();
    for (Gate gate : GATES) {
      for (boolean compat : new boolean[] {false, true}) {
        List<Integer> some =
            Shared.full() || gate.equals(Gate.SIGMOID) ? ALL_TEMPERATURES : List.of(0);
        List<Integer> targets = Shared.full() ? List.of(0, 3, 5) : List.of(0, 5);
        cases.add(
            seesMany(gate)
                ? sixTargets(gate, PoolGate.SOFTMAX, compat, 10, 2, some, targets)
                : oneTarget(gate, PoolGate.SOFTMAX, compat, 10, 2, 0.3));
      }
    }
    cases.add(oneTarget(Gate.SIGMOID, PoolGate.SOFTMAX, false, 10, 2, 0.3));
    cases.add(oneTarget(Gate.SOFTSIGN, PoolGate.SOFTMAX, false, 10, 2, 0.15));
    cases.add(oneTarget(LEAKY, PoolGate.SOFTMAX, true, 10, 2, 0.3));
    return cases;
  }

  /** Every gate, pool and temperature; all its ReLUs are modules. */
  private static List<Case> squeezeNet11() {
    List<Case> cases = new ArrayList<>();
    for (Gate gate : GATES) {
      for (PoolGate pool : pools(gate)) {
        boolean one = !gate.hasTemperature() && pool == PoolGate.HARD;
        List<Integer> some =
            Shared.full() || gate.equals(Gate.SIGMOID) ? ALL_TEMPERATURES : List.of(2);
        cases.add(
            seesMany(gate)
                ? sixTargets(gate, pool, false, 1000, 1, one ? List.of(1) : some, List.of(4))
                : oneTarget(gate, pool, false, 1000, 1, 0.5));
      }
    }
    cases.add(oneTarget(Gate.SIGMOID, PoolGate.SOFTMAX, true, 1000, 1, 0.3));
    return cases;
  }

  private static boolean seesMany(Gate gate) {
    return Shared.full() || MANY.contains(gate);
  }

  private static List<PoolGate> pools(Gate gate) {
    return Shared.full() || gate.equals(Gate.SIGMOID) || gate.equals(Gate.HARD)
        ? List.of(PoolGate.values())
        : List.of(GATES.indexOf(gate) % 2 == 0 ? PoolGate.SOFTMAX : PoolGate.HARD);
  }

  private static List<Case> few(String architecture) {
    return switch (architecture) {
      case "alexnet" ->
          List.of(
              sixTargets(Gate.SIGMOID, PoolGate.SOFTMAX, false, 1000, 1, List.of(2), List.of(0, 5)),
              oneTarget(Gate.B_SILU, PoolGate.HARD, true, 1000, 1, 0.3));
      case "resnet18" ->
          List.of(
              sixTargets(Gate.SIGMOID, PoolGate.SOFTMAX, false, 1000, 1, List.of(1), List.of(5)));
      case "densenet121" -> List.of(oneTarget(LEAKY, PoolGate.SOFTMAX, true, 1000, 1, 0.3));
      default -> throw new IllegalArgumentException(architecture);
    };
  }

  /** Every gate, pool, temperature and both compatibilities, not each with each. */
  private static List<Case> covering() {
    int images = 2;
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
