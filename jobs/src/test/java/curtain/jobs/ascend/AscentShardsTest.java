package curtain.jobs.ascend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.ascent.AscentOptions;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.fixtures.Shared;
import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Transform;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.command.TemperatureUnit;
import curtain.jobs.fixtures.WeightsFile;
import curtain.jobs.tables.RowForm;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.ProgramFile;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import curtain.pullback.TargetChoice;
import curtain.pullback.Temperatures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of walks, without Spark. */
@Tag("engine")
class AscentShardsTest {
  private static final Configuration CONF = new Configuration();
  private static final RowForm<AscentRow> FORM = new RowForm<>(AscentRow.TABLE);

  @TempDir Path dir;

  private static List<AscentRow> run(AscentShards kernel, List<ImageRef> images) throws Exception {
    List<AscentRow> rows = new ArrayList<>();
    long[] ticks = new long[2];
    long results =
        kernel.run(
            images,
            CONF,
            (table, row) -> {
              if (row instanceof AscentRow point) {
                rows.add(point);
              }
            },
            (done, errors) -> {
              ticks[0] += done;
              ticks[1] += errors;
            });
    assertEquals(results, ticks[0]);
    assertEquals(images.size() - results, ticks[1]);
    return rows;
  }

  /** SqueezeNet's pullbacks differ by a bit in another row of a batch. */
  @Test
  void anErrorBesideAnImageDoesNotChangeItsWalk() throws Exception {
    Path weights = Shared.path(Shared.SQUEEZENET_WEIGHTS);
    Path file = dir.resolve("program.pt");
    Compiler.compile(
            Architecture.of("squeezenet1_1").network(weights, Normalisation.IMAGENET),
            CompileOptions.DEFAULT)
        .write(file);
    AscentShards kernel =
        new AscentShards(
            List.of(
                new AscentProgram(
                    Direction.PULLBACK,
                    ProgramFile.of(file, true, "cpu", 1),
                    new TemperatureChoice(
                        List.of(0.3),
                        TemperatureUnit.ABSOLUTE,
                        Temperatures.uniform(List.of(0.3), 26)))),
            new ImageOptions(Transform.IMAGENET, 224, ImageOptions.DEFAULT_MAX_PIXELS),
            ClassList.imagenet(),
            PullbackGoals.of(TargetChoice.parse("top:2", ClassList.imagenet())),
            new AscentOptions(1, 20, 100, false),
            BatchSize.of(4));
    String photos = Shared.path(Shared.MORE_PHOTOS).toString();
    List<ImageRef> images = new ArrayList<>(ImageSet.list(photos, 4, CONF).refs());
    List<AscentRow> whole = run(kernel, images);
    assertEquals(8, whole.size());
    for (int broken : new int[] {0, 3}) {
      ImageRef ref = images.get(broken);
      images.set(
          broken, new ImageRef(ref.ordinal(), ref.imageId(), null, null, ref.file(), 0, 9, null));
    }
    List<AscentRow> rest = run(kernel, images);
    assertEquals(4, rest.size());
    int at = 0;
    for (AscentRow row : whole) {
      if (row.ordinal() != 0 && row.ordinal() != 3) {
        assertArrayEquals(FORM.cells(row), FORM.cells(rest.get(at++)));
      }
    }
  }

  private AscentShards cifar(Path weights, String targets, int batch, boolean keepSteps)
      throws Exception {
    Path file = dir.resolve("program.pt");
    Compiler.compile(
            Architecture.of("cifar_resnet20").network(weights, Normalisation.IMAGENET),
            CompileOptions.DEFAULT)
        .write(file);
    List<Double> temperatures = List.of(0.3, 1.0);
    return new AscentShards(
        List.of(
            new AscentProgram(
                Direction.PULLBACK,
                ProgramFile.of(file, true, "cpu", 1),
                new TemperatureChoice(
                    temperatures,
                    TemperatureUnit.ABSOLUTE,
                    Temperatures.uniform(temperatures, 19)))),
        new ImageOptions(Transform.NONE, 32, ImageOptions.DEFAULT_MAX_PIXELS),
        ClassList.cifar10(),
        PullbackGoals.of(TargetChoice.parse(targets, ClassList.cifar10())),
        new AscentOptions(2, 1, 100, keepSteps),
        BatchSize.of(batch));
  }

  /**
   * Seven targets, three walks at a time, which is all that the engine takes: the rows of three
   * commands with three targets and less.
   */
  @Test
  void moreTargetsThanABatchAreWalkedInGroups() throws Exception {
    Path weights = Shared.path(Shared.CIFAR_WEIGHTS);
    List<ImageRef> images =
        ImageSet.list(Shared.path(Shared.CIFAR_IMAGES).toString(), 2, CONF).refs();
    List<AscentRow> all = run(cifar(weights, "6,5,4,3,2,1,0", 3, true), images);
    List<AscentRow> parts = new ArrayList<>();
    for (String targets : List.of("6,5,4", "3,2,1", "0")) {
      parts.addAll(run(cifar(weights, targets, 3, true), images));
    }
    parts.sort(Comparator.comparingLong(AscentRow::ordinal));
    assertEquals(2 * 7 * 2 * 3, all.size());
    assertEquals(all.size(), parts.size());
    for (int i = 0; i < all.size(); i++) {
      assertArrayEquals(FORM.cells(parts.get(i)), FORM.cells(all.get(i)));
    }
  }

  /** Rows of the first group are there when the second turns out not to be finite. */
  @Test
  void anImageHasAllOfItsWalksOrNone() throws Exception {
    Path weights = WeightsFile.overflowingAtNine(dir.resolve("nine.safetensors"));
    List<ImageRef> images =
        ImageSet.list(Shared.path(Shared.CIFAR_IMAGES).toString(), 2, CONF).refs();
    assertEquals(List.of(), run(cifar(weights, "0,1,2,9", 2, false), images));
    assertEquals(2 * 3 * 2, run(cifar(weights, "0,1,2", 2, false), images).size());
  }

  /** Pieces are cut by the batches of the run that began; the one that goes on may have others. */
  @Test
  void aPieceThatBeginsAmidABatchIsWalkedWhole() throws Exception {
    Path file = dir.resolve("program.pt");
    Compiler.compile(
            Architecture.of("cifar_resnet20")
                .network(Shared.path(Shared.CIFAR_WEIGHTS), Normalisation.IMAGENET),
            CompileOptions.DEFAULT)
        .write(file);
    int relus = 19;
    for (String targets : List.of("predicted", "top:2")) {
      AscentShards kernel =
          new AscentShards(
              List.of(
                  new AscentProgram(
                      Direction.PULLBACK,
                      ProgramFile.of(file, true, "cpu", 1),
                      new TemperatureChoice(
                          List.of(0.3),
                          TemperatureUnit.ABSOLUTE,
                          Temperatures.uniform(List.of(0.3), relus)))),
              new ImageOptions(Transform.NONE, 32, ImageOptions.DEFAULT_MAX_PIXELS),
              ClassList.cifar10(),
              PullbackGoals.of(TargetChoice.parse(targets, ClassList.cifar10())),
              new AscentOptions(1, 1, 100, false),
              BatchSize.of(3));
      List<ImageRef> images =
          ImageSet.list(Shared.path(Shared.CIFAR_IMAGES).toString(), 7, CONF).refs();
      List<Long> ordinals = new ArrayList<>();
      for (AscentRow row : run(kernel, images.subList(2, 7))) {
        if (!ordinals.contains(row.ordinal())) {
          ordinals.add(row.ordinal());
        }
      }
      assertEquals(List.of(2L, 3L, 4L, 5L, 6L), ordinals, targets);
    }
  }
}
