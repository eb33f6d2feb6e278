package curtain.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.fixtures.Oracle;
import curtain.fixtures.Shared;
import curtain.images.source.DecodedImage;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import curtain.pullback.Agreement;
import curtain.statistics.Correlation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints of one training run against the reference in float64: every integer of the gates'
 * comparison within its {@code uncertain}, correlations over images within 1e-3, correlations over
 * paths within 1e-3 of the value or 1e-6. With {@code -Dcurtain.full=true} 50 images and all
 * checkpoints.
 */
@Tag("reference")
final class StabilityAgreementTest {
  private static final String ARCHITECTURE = "cifar_resnet20";

  @TempDir Path scratch;

  @Test
  void equalsTheReference() throws IOException {
    boolean full = Shared.full();
    List<Path> checkpoints =
        (full
                ? List.of(0, 20, 50, 100, 156, 312, 468, 624, 936, 1247, 1248)
                : List.of(156, 624, 1248))
            .stream()
                .map(step -> String.format(Locale.ROOT, "resnet20_step%05d.pth", step))
                .map(name -> Shared.real("data/checkpoints/resnet20-cifar10/" + name))
                .toList();
    List<DecodedImage> images;
    Oracle.Stability expected;
    try (Oracle oracle = Oracle.start(scratch)) {
      Path root = Shared.real("data/cifar10-sample/test");
      images = Agreement.images(root, 32, oracle.images(root, 32, full ? 50 : 20));
      expected = oracle.stability(ARCHITECTURE, checkpoints);
    }
    Computed computed = compute(checkpoints, images, expected.labels());

    int count = checkpoints.size();
    StabilitySums sums = computed.sums();
    int layers = sums.layers().size();
    int at = 0;
    long worst = 0;
    for (int a = 0; a < count; a++) {
      for (int b = 0; b < count; b++) {
        for (int l = 0; l < layers; l++) {
          long both = sums.both(a, b, l);
          long[] actual = {
            sums.active(a, l) + sums.active(b, l) - 2 * both,
            sums.active(a, l),
            sums.active(b, l),
            both
          };
          for (long value : actual) {
            long difference = Math.abs(value - (long) expected.values()[at++]);
            worst = Math.max(worst, difference);
            assertTrue(difference <= sums.uncertain(a, b, l), a + ", " + b + ", layer " + l);
          }
          assertTrue(sums.uncertain(a, b, l) < 1e-4 * images.size() * sums.layers().get(l).size());
        }
      }
    }
    double[] errors = new double[4];
    for (int kind = 0; kind < 4; kind++) {
      for (int a = 0; a < count; a++) {
        for (int b = 0; b < count; b++) {
          double reference = expected.values()[at++];
          double actual = computed.value(kind, a, b);
          double error = Math.abs(actual - reference);
          double allowed = kind < 2 ? 1e-3 : Math.max(1e-6, 1e-3 * Math.abs(reference));
          errors[kind] =
              Math.max(
                  errors[kind], kind < 2 ? error : error / Math.max(1e-3, Math.abs(reference)));
          assertTrue(
              error <= allowed, kind + ": " + a + ", " + b + ": " + actual + ", " + reference);
        }
      }
    }
    assertEquals(expected.values().length, at);
    for (int a = 0; a < count; a++) {
      assertEquals(1, computed.value(0, a, a), "hard gates of its own");
    }
    System.out.printf(
        Locale.ROOT,
        "%d images, %d checkpoints: counts differ by at most %d; rho hard %.1e, sigmoid %.1e;"
            + " paths, relative, hard %.1e, smooth %.1e%n",
        images.size(),
        count,
        worst,
        errors[0],
        errors[1],
        errors[2],
        errors[3]);
  }

  private record Computed(StabilitySums sums, List<FrozenLogits> batches) {
    double value(int kind, int a, int b) {
      return switch (kind) {
        case 0 -> pearson(a, b, false);
        case 1 -> pearson(a, b, true);
        case 2 -> sums.hardPaths(a, b).moments().mean();
        default -> sums.smoothPaths(a, b).moments().mean();
      };
    }

    private double pearson(int t, int s, boolean smooth) {
      Correlation correlation = Correlation.NONE;
      for (FrozenLogits batch : batches) {
        for (int i = 0; i < batch.images(); i++) {
          correlation = correlation.plus(batch.logit(t, i, 0), batch.frozen(t, s, smooth, i, 0));
        }
      }
      return correlation.pearson();
    }
  }

  private Computed compute(List<Path> checkpoints, List<DecodedImage> images, List<Integer> labels)
      throws IOException {
    List<LoadedProgram> programs = new ArrayList<>();
    try {
      for (Path checkpoint : checkpoints) {
        Path archive = scratch.resolve(checkpoint.getFileName() + ".pt");
        OneDnn.write(
            Compiler.compile(
                Architecture.of(ARCHITECTURE).network(checkpoint, Normalisation.IMAGENET),
                CompileOptions.DEFAULT),
            archive);
        programs.add(LoadedProgram.load(archive, Device.cpu()));
      }
      List<Integer> all = IntStream.range(0, programs.size()).boxed().toList();
      StabilitySums sums =
          new StabilitySums(all.size(), all.size(), programs.get(0).info().relus(), false);
      List<FrozenLogits> batches = new ArrayList<>();
      try (StabilityKernel kernel = new StabilityKernel(programs, all, 8, 0.3, sums)) {
        for (int from = 0; from < images.size(); from += 8) {
          int to = Math.min(from + 8, images.size());
          batches.add(
              kernel.run(
                  images.subList(from, to).stream().map(DecodedImage::pixels).toList(),
                  labels.subList(from, to).stream().map(List::of).toList()));
        }
      }
      return new Computed(sums, batches);
    } finally {
      programs.forEach(LoadedProgram::close);
    }
  }
}
