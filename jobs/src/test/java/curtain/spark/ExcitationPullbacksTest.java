package curtain.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.engine.LoadedProgram;
import curtain.engine.ProgramCache;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.Run;
import curtain.jobs.task.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stage on a frame: laziness, memory (over more batches with {@code -Dcurtain.full=true}),
 * several models, saving.
 */
@Tag("engine")
final class ExcitationPullbacksTest {
  @TempDir static Path dir;
  private static SparkSession spark;
  private static Path exported;
  private static LoadedProgram program;

  @BeforeAll
  static void open() throws Exception {
    exported = dir.resolve("resnet20.pt");
    Run run =
        Run.curtain(
            "export",
            "--model",
            "cifar_resnet20",
            "--weights",
            Shared.path(Shared.CIFAR_WEIGHTS).toString(),
            "--output",
            exported.toString());
    assertEquals(0, run.status(), run.err());
    spark = Frames.session();
    program = ProgramCache.get(Sha256.of(exported), exported, Device.cpu());
  }

  @AfterAll
  static void close() {
    if (spark != null) {
      spark.close();
    }
  }

  private static ExcitationPullbacks stage() {
    return new ExcitationPullbacks()
        .setModelUrl(exported.toString())
        .setInputCol("content")
        .setDevice("cpu")
        .setBatchSize(4);
  }

  private static Dataset<Row> images(int count) throws IOException {
    return Frames.of(spark, Frames.files(Shared.path(Shared.CIFAR_IMAGES), count));
  }

  private static List<Row> collect(ExcitationPullbacks stage, Dataset<Row> frame) {
    return stage.transform(frame).orderBy("id").collectAsList();
  }

  @Test
  void theSchemaIsAsDocumented() throws Exception {
    assertEquals(
        "struct<id:int,content:binary,label:string,pullbacks:array<struct<target:int,gate:string,"
            + "temperature:double,pool:string,logit:float,probability:float,norm:double,"
            + "cosine_to_gradient:double,shape:array<int>,pullback:array<float>>>,error:string>",
        stage().transform(images(1)).schema().catalogString());
    String params = stage().explainParams();
    for (String param : List.of("modelUrl", "inputCol", "temperature", "transform", "maxPixels")) {
      assertTrue(params.contains(param + ": "), params);
    }
  }

  @Test
  void theCosineIsComputedOnRequest() throws Exception {
    Dataset<Row> frame = images(3);
    List<Row> without = collect(stage(), frame);
    List<Row> with = collect(stage().setCosine(true), frame);
    for (int i = 0; i < 3; i++) {
      Row a = without.get(i).<Row>getList(3).get(0);
      Row b = with.get(i).<Row>getList(3).get(0);
      assertNull(a.get(a.fieldIndex("cosine_to_gradient")));
      double cosine = b.<Double>getAs("cosine_to_gradient");
      assertTrue(cosine > 0 && cosine < 1, cosine + "");
      for (String column : List.of("target", "logit", "norm", "pullback")) {
        assertEquals(a.<Object>getAs(column), b.<Object>getAs(column), column);
      }
    }
  }

  /** Whatever else this process has loaded: equal programs have equal bytes. */
  @Test
  void aWeightsFileIsCompiledToOneProgram() throws Exception {
    Dataset<Row> frame = images(3);
    Path weights = Shared.path(Shared.CIFAR_WEIGHTS);
    ExcitationPullbacks stage = stage().setModel("cifar_resnet20");
    List<Row> expected = collect(stage.setModelUrl(weights.toString()), frame);
    int programs = ProgramCache.size();
    // by another name, so it is read and compiled anew
    assertEquals(expected, collect(stage.setModelUrl(weights.toUri().toString()), frame));
    assertEquals(programs, ProgramCache.size());
  }

  /**
   * Relative to an image's pullback or its largest logit, of what an exported file, which PyTorch's
   * own convolutions run, may differ from the weights compiled for oneDNN's: these may sum in
   * another order, as for another batch size.
   */
  private static final double OTHER_CONVOLUTIONS = 1e-5;

  @Test
  void weightsAndExportedFilesGiveTheSameRows() throws Exception {
    Dataset<Row> frame = images(5);
    List<Row> exports = collect(stage().setTemperature(List.of(0.3, 1)), frame);
    ExcitationPullbacks compiled =
        stage()
            .setModelUrl(Shared.path(Shared.CIFAR_WEIGHTS).toUri().toString())
            .setModel("cifar_resnet20")
            .setTemperature(List.of(0.3, 1));
    List<Row> weights = collect(compiled, frame);
    assertEquals(5, weights.size());
    for (int i = 0; i < 5; i++) {
      List<Row> expected = exports.get(i).getList(3);
      List<Row> actual = weights.get(i).getList(3);
      assertEquals(2, expected.size());
      assertEquals(2, actual.size());
      for (int m = 0; m < 2; m++) {
        Row a = expected.get(m);
        Row b = actual.get(m);
        for (String column : List.of("target", "gate", "temperature", "pool", "shape")) {
          assertEquals(a.<Object>getAs(column), b.<Object>getAs(column), column);
        }
        float logit = a.getAs("logit"); // of the predicted class, the largest
        assertEquals(logit, b.<Float>getAs("logit"), OTHER_CONVOLUTIONS * Math.abs(logit));
        assertTrue(distance(a, b) <= OTHER_CONVOLUTIONS, distance(a, b) + " relative");
      }
    }
  }

  /** Of two pullbacks, relative to the first. */
  private static double distance(Row a, Row b) {
    List<Float> v = a.getList(a.fieldIndex("pullback"));
    List<Float> w = b.getList(b.fieldIndex("pullback"));
    assertEquals(v.size(), w.size());
    double difference = 0;
    for (int j = 0; j < v.size(); j++) {
      difference += Math.pow((double) v.get(j) - w.get(j), 2);
    }
    return Math.sqrt(difference) / a.<Double>getAs("norm");
  }

  @Test
  void rowsComeInOrderAndNoneIsLost() throws Exception {
    List<Path> files = Frames.files(Shared.path(Shared.CIFAR_IMAGES), 9);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 27; i++) {
      byte[] content =
          switch (i % 3) {
            case 0 -> Files.readAllBytes(files.get(i / 3));
            case 1 -> null;
            default -> i == 26 ? new byte[0] : new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
          };
      rows.add(org.apache.spark.sql.RowFactory.create(i, content, "cat"));
    }
    List<Row> found = stage().transform(Frames.ofRows(spark, rows).coalesce(1)).collectAsList();
    assertEquals(27, found.size());
    for (int i = 0; i < 27; i++) {
      assertEquals(i, found.get(i).getInt(0));
      if (i % 3 == 0) {
        assertNull(found.get(i).get(4));
        assertEquals(1, found.get(i).getList(3).size());
      } else {
        assertNull(found.get(i).get(3));
        assertEquals(i % 3 == 1, found.get(i).getString(4).equals("no image: it is null"));
        assertEquals(1, found.get(i).getString(4).lines().count());
        assertEquals(i == 26, found.get(i).getString(4).equals("empty file"));
      }
    }
    // Rows without an image are no batch for the network.
    Dataset<Row> none = Frames.ofRows(spark, rows).filter("id % 3 != 0");
    assertEquals(18, stage().transform(none).filter("error is not null").count());
    assertEquals(0, stage().transform(none).filter("pullbacks is not null").count());
  }

  @Test
  void labelsAreIndicesOrNames() throws Exception {
    ExcitationPullbacks labelled = stage().setTargets("label").setLabelCol("label");
    List<Row> byName = collect(labelled, images(8));
    assertEquals(0, byName.stream().filter(row -> !row.isNullAt(4)).count());
    Dataset<Row> indices =
        images(8)
            .withColumn(
                "label",
                functions.expr(
                    "case id when 0 then 9d when 1 then null when 2 then 10d when 3 then 0.5d"
                        + " else 3d end"));
    List<Row> byIndex = collect(labelled, indices);
    assertEquals(9, byIndex.get(0).<Row>getList(3).get(0).getInt(0));
    assertEquals("no label: it is null", byIndex.get(1).getString(4));
    assertEquals("label 10 is not within the network's 0..9", byIndex.get(2).getString(4));
    assertEquals("label 0.5 is no class of the network", byIndex.get(3).getString(4));
    assertEquals(3, byIndex.get(4).<Row>getList(3).get(0).getInt(0));
    Dataset<Row> unknown = images(1).withColumn("label", functions.lit("zebra"));
    assertEquals(
        "label zebra is no class of the network", collect(labelled, unknown).get(0).getString(4));
  }

  /** Interleaved, row by row, in the tasks of one query. */
  @Test
  void twoModelsInOneQueryDoNotMix() throws Exception {
    Dataset<Row> frame = images(9).repartition(3);
    ExcitationPullbacks small = stage();
    ExcitationPullbacks large =
        stage()
            .setModelUrl(Shared.path(Shared.CIFAR_WEIGHTS_56).toString())
            .setModel("cifar_resnet56")
            .setGate("softsign")
            .setOutputCol("other")
            .setErrorCol("other_error")
            .setBatchSize(3);
    List<Row> first = collect(small, frame);
    List<Row> second = collect(large, frame);
    List<Row> both = collect(small, large.transform(frame));
    for (int i = 0; i < 9; i++) {
      assertEquals(first.get(i).getList(3), both.get(i).getList(5));
      assertEquals(second.get(i).getList(3), both.get(i).getList(3));
      Row a = both.get(i).<Row>getList(5).get(0);
      Row b = both.get(i).<Row>getList(3).get(0);
      assertEquals("sigmoid", a.getString(1));
      assertEquals("softsign", b.getString(1));
      assertNotEquals(a.getList(9), b.getList(9));
    }
  }

  @Test
  void aPipelineIsSavedAndLoaded() throws Exception {
    String saved = dir.resolve("pipeline").toString();
    ExcitationPullbacks stage =
        stage()
            .setTargets("cat,dog")
            .setTemperature(List.of(0.2, 0.4))
            .setMaxPixels(5000)
            .setTransform("none")
            .setOutputCol("v");
    PipelineModel fitted = new Pipeline().setStages(new PipelineStage[] {stage}).fit(images(2));
    fitted.write().overwrite().save(saved);
    PipelineModel loaded = PipelineModel.load(saved);
    ExcitationPullbacks again = (ExcitationPullbacks) loaded.stages()[0];
    assertEquals(stage.uid(), again.uid());
    assertEquals(explained(stage), explained(again));
    assertArrayEquals(
        stage.getOrDefault(stage.temperature()), again.getOrDefault(again.temperature()));
    List<Row> expected = collect(stage, images(6));
    assertEquals(expected, loaded.transform(images(6)).orderBy("id").collectAsList());
    assertEquals(4, expected.get(0).getList(3).size());

    String alone = dir.resolve("alone").toString();
    stage.write().overwrite().save(alone);
    assertEquals(expected, collect(ExcitationPullbacks.load(alone), images(6)));

    ExcitationPullbacks copy = stage.copy(stage.extractParamMap().put(stage.outputCol(), "w"));
    assertEquals("w", copy.getOrDefault(copy.outputCol()));
    assertEquals("v", stage.getOrDefault(stage.outputCol()));
  }

  /** What is said of all params but arrays, which Spark shows by their address. */
  private static List<String> explained(ExcitationPullbacks stage) {
    return stage.explainParams().lines().filter(l -> !l.startsWith("temperature")).toList();
  }

  /** Spark hands a stage's own rows to typed operations: they must be as those that it makes. */
  @Test
  void typedOperationsSeeOrdinaryRows() throws Exception {
    Dataset<Row> frame = stage().transform(images(3));
    FilterFunction<Row> typed =
        row -> {
          Row pullback = row.<Row>getList(row.fieldIndex("pullbacks")).get(0);
          return pullback.getList(pullback.fieldIndex("pullback")).size() == 3072
              && pullback.<Integer>getList(8).equals(List.of(3, 32, 32))
              && row.getAs("error") == null;
        };
    assertEquals(3, frame.filter(typed).count());
    assertEquals(frame.collectAsList(), frame.filter(typed).collectAsList());
  }

  @Test
  void whatStagesNotedOnColumnsStays() throws Exception {
    Metadata noted = new MetadataBuilder().putString("unit", "files").build();
    Dataset<Row> frame = images(1).withMetadata("id", noted);
    assertEquals(noted, stage().transform(frame).schema().apply("id").metadata());
  }

  /** Frames are plans: nothing is computed before an action, and then no more than it asks for. */
  @Test
  void rowsAreComputedWhenAskedFor() throws Exception {
    Dataset<Row> frame = images(1).drop("label").crossJoin(spark.range(100_000).toDF("n"));
    assertEquals(0, Frames.open(program));
    DECODED.set(0);
    FilterFunction<Row> counting =
        row -> {
          DECODED.incrementAndGet();
          return true;
        };
    Dataset<Row> lazy = stage().transform(frame.coalesce(1).filter(counting));
    assertEquals(0, DECODED.get());
    assertNotNull(lazy.limit(1).collectAsList().get(0).get(3));
    assertEquals(4, DECODED.get(), "one micro-batch of 100,000 rows");
    assertEquals(0, Frames.open(program), "the kernel of the task that limit ended is open");
  }

  private static final AtomicInteger DECODED = new AtomicInteger();
  private static final AtomicInteger OPEN = new AtomicInteger();

  @Test
  void theKernelClosesWithItsTask() throws Exception {
    FilterFunction<Row> looking =
        row -> {
          OPEN.accumulateAndGet(Frames.open(program), Math::max);
          return true;
        };
    Dataset<Row> frame = images(20).coalesce(1);
    OPEN.set(0);
    assertEquals(1, stage().transform(frame).filter(looking).limit(1).collectAsList().size());
    assertEquals(1, OPEN.get(), "open while rows are asked for");
    assertEquals(0, Frames.open(program), "after limit");

    OPEN.set(0);
    assertEquals(20, stage().transform(frame).filter(looking).collectAsList().size());
    assertEquals(1, OPEN.get());
    assertEquals(0, Frames.open(program), "after all rows");

    FilterFunction<Row> failing =
        row -> {
          if (row.getInt(0) == 6) {
            throw new IllegalStateException("of a later stage");
          }
          return looking.call(row);
        };
    OPEN.set(0);
    Dataset<Row> fails = stage().transform(frame).filter(failing);
    assertThrows(org.apache.spark.SparkException.class, fails::collectAsList);
    assertEquals(1, OPEN.get());
    assertEquals(0, Frames.open(program), "after a failure");
  }

  private static final int BATCHES = Shared.full() ? 500 : 150;
  private static final int WARM = BATCHES / 5;
  private static final long[] MEMORY = new long[2];
  private static final long[] RESIDENT = new long[2];

  /** Memory of one task, before and after so many batches, in MiB; warm at first. */
  @Test
  void memoryIsFlat() throws Exception {
    int rows = 2 * (BATCHES + WARM);
    Dataset<Row> frame = images(10).crossJoin(spark.range(rows / 10).toDF("n")).coalesce(1);
    stage()
        .setBatchSize(2)
        .transform(frame)
        .foreachPartition(
            (ForeachPartitionFunction<Row>)
                results -> {
                  for (int i = 0; results.hasNext(); i++) {
                    assertNull(results.next().getAs("error"));
                    if (i == WARM - 1 || i == 2 * WARM - 1) { // the first frees what was left
                      measure(0);
                    }
                    if (i == rows - 1) {
                      measure(1);
                    }
                  }
                });
    long growth = MEMORY[1] - MEMORY[0];
    System.out.printf(
        "over %d batches resident memory went from %d to %d MiB, without Java's heap from %d to"
            + " %d%n",
        BATCHES, RESIDENT[0], RESIDENT[1], MEMORY[0], MEMORY[1]);
    assertTrue(MEMORY[0] > 0 && MEMORY[1] > 0, "not measured");
    // a leak of a batch's pre-activations would be over 1 MiB each time, one of results 50 KiB of
    // heap
    assertTrue(growth < 0.4 * BATCHES, growth + " MiB over " + BATCHES + " batches");
    assertTrue(RESIDENT[1] - RESIDENT[0] < 400, "resident memory, heap included");
  }

  /** Resident memory without Java's heap, which the tests before have left larger or smaller. */
  private static void measure(int when) throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        RESIDENT[when] = Long.parseLong(line.replaceAll("\\D", "")) >> 10;
        MEMORY[when] = RESIDENT[when] - (Runtime.getRuntime().totalMemory() >> 20);
        return;
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }
}
