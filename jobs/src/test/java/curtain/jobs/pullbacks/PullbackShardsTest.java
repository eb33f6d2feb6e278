package curtain.jobs.pullbacks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.RowForm;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.ProgramFile;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import curtain.pullback.TargetChoice;
import curtain.pullback.Temperatures;
import curtain.statistics.Vectors;
import curtain.weights.StateDictFile;
import curtain.weights.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows from images and a network, without Spark; with {@code -Dcurtain.full=true} of more images,
 * in larger batches.
 */
@Tag("engine")
class PullbackShardsTest {
  private static final Configuration CONF = new Configuration();
  private static final int IMAGES = Shared.full() ? 19 : 10;

  /** Targets that are more than any test has. */
  private static final int MANY = 1000;

  @TempDir Path dir;

  /** What a kernel wrote, by table, each row by column. */
  private record Written(long results, Map<String, List<Map<String, Object>>> tables) {
    List<Map<String, Object>> of(String table) {
      return tables.getOrDefault(table, List.of());
    }
  }

  private static ProgramFile program(Path directory, String model, Path weights) throws Exception {
    Path file = directory.resolve(model + ".pt");
    Compiler.compile(
            Architecture.of(model).network(weights, Normalisation.IMAGENET), CompileOptions.DEFAULT)
        .write(file);
    return ProgramFile.of(file, true, "cpu", 1);
  }

  private static TemperatureChoice absolute(int relus, Double... temperatures) {
    List<Double> all = List.of(temperatures);
    return new TemperatureChoice(all, TemperatureUnit.ABSOLUTE, Temperatures.uniform(all, relus));
  }

  private PullbackShards cifar(Path weights, String targets, int batch) throws Exception {
    return cifar(weights, targets, batch, MANY);
  }

  private PullbackShards cifar(Path weights, String targets, int batch, int together)
      throws Exception {
    return new PullbackShards(
        program(dir, "cifar_resnet20", weights),
        new ImageOptions(Transform.NONE, 32, ImageOptions.DEFAULT_MAX_PIXELS),
        ClassList.cifar10(),
        PullbackGoals.of(TargetChoice.parse(targets, ClassList.cifar10())),
        absolute(19, 0.3, 0.15),
        Store.FLOAT32,
        GradientUse.ROWS,
        true,
        BatchSize.of(batch),
        together * batch);
  }

  private static List<ImageRef> images(String set, int limit) throws Exception {
    return ImageSet.list(Shared.path(set).toString(), limit, CONF).refs();
  }

  private static Written run(PullbackShards kernel, List<ImageRef> images) throws Exception {
    Map<String, List<Map<String, Object>>> tables = new HashMap<>();
    long[] ticks = new long[2];
    long results =
        kernel.run(
            images,
            CONF,
            (table, row) ->
                tables.computeIfAbsent(table.name(), t -> new ArrayList<>()).add(named(table, row)),
            (done, errors) -> {
              ticks[0] += done;
              ticks[1] += errors;
            });
    assertEquals(results, ticks[0]);
    assertEquals(images.size() - results, ticks[1]);
    assertEquals(
        List.of("pullbacks", "decisions", "errors"),
        kernel.tables().stream().map(Table::name).toList());
    return new Written(results, tables);
  }

  private static Map<String, Object> named(Table<?> table, Record row) {
    Map<String, Object> named = new LinkedHashMap<>();
    Object[] cells = new RowForm<>(table).cells(row);
    for (int i = 0; i < cells.length; i++) {
      named.put(table.names().get(i), cells[i]);
    }
    return named;
  }

  @Test
  void rowsComeByImageThenTargetThenTemperature() throws Exception {
    List<ImageRef> images = images(Shared.CIFAR_IMAGES, 3);
    Written written = run(cifar(Shared.path(Shared.CIFAR_WEIGHTS), "dog,0", 2), images);
    assertEquals(3, written.results());
    List<String> keys = new ArrayList<>();
    for (Map<String, Object> row : written.of("pullbacks")) {
      keys.add(
          "%s %s %s %s %s %s"
              .formatted(
                  row.get("ordinal"),
                  row.get("target"),
                  row.get("gate"),
                  row.get("temperature"),
                  row.get("temperature_unit"),
                  row.get("pool")));
      assertEquals(0, row.get("label"));
      assertNull(row.get("neuron"));
      float[] pullback = (float[]) row.get("pullback");
      assertEquals(3072, pullback.length);
      assertArrayEquals(new int[] {3, 32, 32}, (int[]) row.get("shape"));
      assertEquals(Vectors.norm(pullback), row.get("norm"));
      double cosine = (Double) row.get("cosine_to_gradient");
      assertTrue(row.get("temperature") == null ? cosine == 1 : cosine > 0 && cosine < 1);
      float probability = (Float) row.get("probability");
      assertTrue(probability >= 0 && probability <= 1);
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      for (int target : new int[] {5, 0}) {
        expected.add(i + " " + target + " sigmoid 0.3 absolute softmax");
        expected.add(i + " " + target + " sigmoid 0.15 absolute softmax");
        expected.add(i + " " + target + " hard null null hard");
      }
    }
    assertEquals(expected, keys);

    List<Map<String, Object>> decisions = written.of("decisions");
    assertEquals(3 * 19, decisions.size());
    assertEquals("relu", decisions.get(0).get("name"));
    assertEquals("layer1.0.relu#0", decisions.get(1).get("name"));
    for (int i = 0; i < decisions.size(); i++) {
      assertEquals(i % 19, decisions.get(i).get("layer"));
      int[] shape = (int[]) decisions.get(i).get("shape");
      byte[] data = (byte[]) decisions.get(i).get("data");
      assertEquals(shape[0] * shape[1] * shape[2] / 8, data.length);
    }
  }

  @Test
  void anImagesRowsDoNotDependOnTheBatch() throws Exception {
    List<ImageRef> images = images(Shared.CIFAR_IMAGES, IMAGES);
    Path weights = Shared.path(Shared.CIFAR_WEIGHTS);
    compare(
        "cifar_resnet20",
        run(cifar(weights, "top:2", Shared.full() ? 16 : 8), images),
        run(cifar(weights, "top:2", Shared.full() ? 5 : 3), images),
        run(cifar(weights, "top:2", 1), images));
  }

  /** Ten targets, four at a time: the same rows in the same order, and decisions once. */
  @Test
  void anImagesRowsDoNotDependOnHowManyAreComputedAtOnce() throws Exception {
    List<ImageRef> images = images(Shared.CIFAR_IMAGES, 3);
    Path weights = Shared.path(Shared.CIFAR_WEIGHTS);
    for (String targets : List.of("top:10", "0,9,1,8,2,7,3,6,4,5")) {
      Written whole = run(cifar(weights, targets, 3), images);
      Written grouped = run(cifar(weights, targets, 3, 4), images);
      assertEquals(3, grouped.results());
      assertEquals(3 * 10 * 3, grouped.of("pullbacks").size());
      compare("cifar_resnet20, " + targets, whole, grouped);
    }
  }

  /** A target that is not finite may be found when rows of others are computed. */
  @Test
  void anImageHasAllOfItsRowsOrNone() throws Exception {
    Path weights = WeightsFile.overflowingAtNine(dir.resolve("nine.safetensors"));
    List<ImageRef> images = images(Shared.CIFAR_IMAGES, 3);
    Written written = run(cifar(weights, "0,1,2,9", 2, 2), images);
    assertEquals(0, written.results());
    assertEquals(List.of(), written.of("pullbacks"));
    assertEquals(List.of(), written.of("decisions"));
    assertEquals(3, written.of("errors").size());
    assertEquals(3, run(cifar(weights, "0,1,2", 2, 2), images).results());
  }

  @Test
  void noDependenceOnTheBatchWithMaxPoolsEither() throws Exception {
    List<ImageRef> images = images(Shared.MORE_PHOTOS, Shared.full() ? 7 : 4);
    ProgramFile program = program(dir, "squeezenet1_1", Shared.path(Shared.SQUEEZENET_WEIGHTS));
    List<Written> written = new ArrayList<>();
    for (int batch : Shared.full() ? new int[] {16, 5, 1} : new int[] {4, 3, 1}) {
      written.add(
          run(
              new PullbackShards(
                  program,
                  new ImageOptions(Transform.IMAGENET, 224, ImageOptions.DEFAULT_MAX_PIXELS),
                  ClassList.imagenet(),
                  PullbackGoals.of(TargetChoice.parse("label", ClassList.imagenet())),
                  absolute(26, 0.3),
                  Store.FLOAT32,
                  GradientUse.ROWS,
                  true,
                  BatchSize.of(batch),
                  MANY * batch),
              images));
    }
    compare("squeezenet1_1", written.get(0), written.get(1), written.get(2));
  }

  /** Texts and integers, decisions and logits equal; other floats within 1e-5 relative. */
  private static void compare(String name, Written expected, Written... others) {
    for (Written other : others) {
      assertEquals(expected.of("decisions").size(), other.of("decisions").size());
      for (int i = 0; i < expected.of("decisions").size(); i++) {
        Map<String, Object> a = expected.of("decisions").get(i);
        Map<String, Object> b = other.of("decisions").get(i);
        for (String column : List.of("image_id", "layer", "name", "kind", "shape", "data")) {
          assertTrue(
              Objects.deepEquals(a.get(column), b.get(column)),
              () -> name + ": " + column + " of " + a.get("name") + ", " + a.get("image_id"));
        }
      }
      double worst = 0;
      int different = 0;
      int rows = expected.of("pullbacks").size();
      assertEquals(rows, other.of("pullbacks").size());
      for (int i = 0; i < rows; i++) {
        Map<String, Object> a = expected.of("pullbacks").get(i);
        Map<String, Object> b = other.of("pullbacks").get(i);
        for (String column :
            List.of(
                "image_id",
                "ordinal",
                "label",
                "target",
                "gate",
                "pool",
                "shape",
                "logit",
                "probability")) {
          assertTrue(Objects.deepEquals(a.get(column), b.get(column)), column);
        }
        float[] v = (float[]) a.get("pullback");
        float[] w = (float[]) b.get("pullback");
        different += Arrays.equals(v, w) ? 0 : 1;
        worst = Math.max(worst, distance(v, w));
        double cosine = (Double) a.get("cosine_to_gradient");
        worst = Math.max(worst, Math.abs(cosine - (Double) b.get("cosine_to_gradient")));
      }
      System.out.printf(
          "%s: %d of %d rows differ in a bit, by %.1e at most%n", name, different, rows, worst);
      assertTrue(worst <= 1e-5, "relative difference " + worst);
    }
  }

  private static double distance(float[] v, float[] w) {
    float[] difference = new float[v.length];
    for (int i = 0; i < v.length; i++) {
      difference[i] = v[i] - w[i];
    }
    return Vectors.norm(difference) / Vectors.norm(v);
  }

  /** Images are decoded in a thread of its own, which ends with the task, whatever ends that. */
  @Test
  void failuresAreToldAndLeaveNoThread() throws Exception {
    List<ImageRef> images = images(Shared.CIFAR_IMAGES, IMAGES);
    Path weights = Shared.path(Shared.CIFAR_WEIGHTS);
    PullbackShards kernel = cifar(weights, "predicted", 4);
    IOException full = new IOException("no space left");
    Rows failing =
        (table, row) -> {
          throw full;
        };
    assertSame(
        full,
        assertThrows(IOException.class, () -> kernel.run(images, CONF, failing, (a, b) -> {})));
    PullbackShards wrong = beyond(kernel);
    assertThrows(
        IllegalArgumentException.class,
        () -> wrong.run(images, CONF, (table, row) -> {}, (a, b) -> {}));
    IllegalStateException killed = new IllegalStateException("no longer wanted");
    ShardKernel.Ticker ticker =
        (results, errors) -> {
          throw killed;
        };
    assertSame(
        killed,
        assertThrows(
            IllegalStateException.class,
            () -> kernel.run(images, CONF, (table, row) -> {}, ticker)));
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("curtain decode")));
  }

  /** The same kernel, for a class that the network has not. */
  private static PullbackShards beyond(PullbackShards of) {
    TargetChoice targets = new TargetChoice(TargetChoice.Kind.CLASSES, 0, List.of(10));
    return new PullbackShards(
        of.program(),
        of.options(),
        of.classes(),
        PullbackGoals.of(targets),
        of.temperatures(),
        of.store(),
        of.gradient(),
        of.keepDecisions(),
        of.batch(),
        of.room());
  }

  /** On a CPU, where no memory is measured. */
  @Test
  void batchesThatTheMemoryDecidesAreOfSixteen() throws Exception {
    PullbackShards sixteen = cifar(Shared.path(Shared.CIFAR_WEIGHTS), "top:2", 16);
    PullbackShards auto =
        new PullbackShards(
            sixteen.program(),
            sixteen.options(),
            sixteen.classes(),
            sixteen.goals(),
            sixteen.temperatures(),
            sixteen.store(),
            sixteen.gradient(),
            sixteen.keepDecisions(),
            BatchSize.auto(BatchSize.MOST),
            sixteen.room());
    List<ImageRef> images = images(Shared.CIFAR_IMAGES, 3);
    compare("auto", run(sixteen, images), run(auto, images));
  }

  @Test
  void whatHasNoUsableLabelIsAnError() throws Exception {
    ImageRef good = images(Shared.CIFAR_IMAGES, 1).get(0);
    List<ImageRef> images = new ArrayList<>();
    images.add(labelled(good, 0, null, null));
    images.add(labelled(good, 1, "zebra", null));
    images.add(labelled(good, 2, "dog", null));
    images.add(labelled(good, 3, "dog", 10));
    images.add(labelled(good, 4, "dog", -1)); // -1 is none, and no directory is asked
    images.add(labelled(good, 5, "dog", 9));
    Path weights = Shared.path(Shared.CIFAR_WEIGHTS);
    Written written = run(cifar(weights, "label", 4), images);
    assertEquals(2, written.results());
    assertEquals(
        List.of(
            "no label for --targets label: it lies in no directory",
            "no label for --targets label: its directory or class, zebra, is not in the class list;"
                + " --labels names one",
            "label 10 is not within the network's 0..9",
            "no label for --targets label: its source holds none"),
        written.of("errors").stream().map(row -> row.get("reason")).toList());
    assertEquals(
        List.of(5, 5, 5, 9, 9, 9),
        written.of("pullbacks").stream().map(row -> row.get("target")).toList());
    // Other targets need no label; the label is stored as it is, or null.
    Written all = run(cifar(weights, "predicted", 4), images);
    assertEquals(6, all.results());
    assertEquals(
        Arrays.asList(null, null, 5, 10, null, 9),
        all.of("pullbacks").stream()
            .filter(row -> Double.valueOf(0.3).equals(row.get("temperature")))
            .map(row -> row.get("label"))
            .toList());
  }

  private static ImageRef labelled(ImageRef ref, long ordinal, String directory, Integer label) {
    return new ImageRef(
        ordinal, "image" + ordinal, directory, label, ref.file(), 0, ref.length(), null);
  }

  @Test
  void aPullbackOfZeroHasNoCosine() throws Exception {
    Path zero = weights("zero.safetensors", "linear.weight", 0);
    Written written = run(cifar(zero, "3", 4), images(Shared.CIFAR_IMAGES, 2));
    assertEquals(2, written.results());
    assertEquals(6, written.of("pullbacks").size());
    for (Map<String, Object> row : written.of("pullbacks")) {
      assertEquals(0.0, row.get("norm"));
      assertNull(row.get("cosine_to_gradient"));
    }
  }

  @Test
  void whatIsNotFiniteIsAnError() throws Exception {
    Path infinite = weights("huge.safetensors", "linear.weight", Float.MAX_VALUE);
    Written written = run(cifar(infinite, "3", 4), images(Shared.CIFAR_IMAGES, 2));
    assertEquals(0, written.results());
    assertEquals(
        "the network's logit, pullback or gradient is not finite",
        written.of("errors").get(0).get("reason"));
  }

  /** The trained weights with one tensor made constant. */
  private Path weights(String file, String name, float value) throws Exception {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(StateDictFile.read(Shared.path(Shared.CIFAR_WEIGHTS)).tensors());
    float[] values = new float[tensors.get(name).values().length];
    Arrays.fill(values, value);
    tensors.put(name, Tensor.of(tensors.get(name).shape(), values));
    return WeightsFile.write(dir.resolve(file), tensors);
  }
}
