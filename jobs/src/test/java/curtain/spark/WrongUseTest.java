package curtain.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is said before anything is computed, in one line that names the param. */
@Tag("engine")
final class WrongUseTest {
  @TempDir static Path dir;
  private static SparkSession spark;
  private static Dataset<Row> frame;
  private static Path exported;

  @BeforeAll
  static void open() throws Exception {
    exported = dir.resolve("soft.pt");
    Run run =
        Run.curtain(
            "export",
            "--model",
            "cifar_resnet20",
            "--weights",
            Shared.path(Shared.CIFAR_WEIGHTS).toString(),
            "--gate",
            "softsign",
            "--pool",
            "hard",
            "--output",
            exported.toString());
    assertEquals(0, run.status(), run.err());
    spark = Frames.session();
    frame = Frames.of(spark, Frames.files(Shared.path(Shared.CIFAR_IMAGES), 2));
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
        .setDevice("cpu");
  }

  private static String refused(Executable use) {
    Exception e = assertThrows(RuntimeException.class, use);
    assertTrue(
        e instanceof IllegalArgumentException || e instanceof java.io.UncheckedIOException,
        e.toString());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  private static String refused(ExcitationPullbacks stage) {
    return refused(() -> stage.transform(frame));
  }

  @Test
  void paramsThatAreMissing() {
    assertTrue(refused(new ExcitationPullbacks().setInputCol("content")).startsWith("modelUrl is"));
    String input = refused(new ExcitationPullbacks().setModelUrl(exported.toString()));
    assertTrue(input.endsWith("one of id, content, label"), input);
    assertEquals(
        "targets label needs labelCol, the column of labels", refused(stage().setTargets("label")));
    String model = refused(stage().setModelUrl(Shared.path(Shared.CIFAR_WEIGHTS).toString()));
    assertTrue(model.contains("set model to its architecture"), model);
    // A pipeline says so when it is fitted, before any file is read.
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {new ExcitationPullbacks()});
    assertTrue(refused(() -> pipeline.fit(frame)).startsWith("modelUrl is not set"));
  }

  @Test
  void columnsThatDoNotFit() {
    assertEquals(
        "inputCol photo is no column; there are id, content, label",
        refused(stage().setInputCol("photo")));
    String text = refused(stage().setInputCol("label"));
    assertTrue(text.startsWith("inputCol label is string; it must be binary"), text);
    assertEquals(
        "outputCol Content is a column already; set outputCol to another name",
        refused(stage().setOutputCol("Content")));
    assertEquals(
        "errorCol pullbacks is a column already; set errorCol to another name",
        refused(stage().setErrorCol("pullbacks")));
    String label = refused(stage().setTargets("label").setLabelCol("content"));
    assertTrue(label.startsWith("labelCol content is binary; it must be a number"), label);
    String none = refused(stage().setTargets("label").setLabelCol("class"));
    assertTrue(none.startsWith("labelCol class is no column"), none);
  }

  @Test
  void valuesThatAreNone() {
    assertTrue(refused(() -> stage().setGate("sigmod")).contains("not one of sigmoid, softsign"));
    assertTrue(refused(() -> stage().setPool("mean")).contains("not one of softmax, hard"));
    assertTrue(refused(() -> stage().setModel("resnet51")).contains("the nearest is resnet50"));
    assertTrue(refused(() -> stage().setTransform("crop")).contains("imagenet, none or square"));
    assertEquals("device 'tpu' is none of auto, cpu, gpu", refused(() -> stage().setDevice("tpu")));
    assertEquals("batchSize 0 is not within 1..65536", refused(() -> stage().setBatchSize(0)));
    assertTrue(refused(() -> stage().setMaxPixels(0)).startsWith("maxPixels 0 is not within"));
    assertTrue(refused(() -> stage().setTemperature(-1)).contains("-1.0 is not above 0"));
    assertTrue(refused(() -> stage().setTemperature(List.of(1, 1))).contains("twice"));
    assertTrue(refused(() -> stage().setTemperature(List.of())).contains("empty"));
    // Params that come by another way than a setter are checked as well.
    assertTrue(
        refused(() -> stage().transform(frame, stage().gate().w("soft"))).contains("gate 'soft'"));
    String target = refused(stage().setTargets("zebra"));
    assertTrue(target.startsWith("targets: target zebra is no index"), target);
    assertTrue(refused(stage().setTargets("top:11")).contains("from 1 to 10"));
  }

  @Test
  void whatContradictsAnExportedFile() {
    assertEquals(
        "gate is sigmoid, but modelUrl %s was exported with softsign; leave gate unset, or export again"
            .formatted(exported),
        refused(stage().setGate("sigmoid")));
    assertTrue(refused(stage().setPool("softmax")).startsWith("pool is softmax, but modelUrl "));
    assertTrue(refused(stage().setModel("resnet18")).startsWith("model is resnet18, but "));
    Row row =
        stage()
            .setGate("softsign")
            .setPool("hard")
            .setModel("cifar_resnet20")
            .transform(frame)
            .collectAsList()
            .get(0);
    assertEquals("softsign", row.<Row>getList(3).get(0).getString(1));
    assertEquals("hard", row.<Row>getList(3).get(0).getString(3));
  }

  @Test
  void filesThatAreNoModels() throws Exception {
    Path text = Files.writeString(dir.resolve("text.pth"), "no weights");
    String message = refused(stage().setModelUrl(text.toString()).setModel("resnet18"));
    assertTrue(message.contains(text.toString()), message);
    assertEquals("modelUrl nowhere.pt does not exist", refused(stage().setModelUrl("nowhere.pt")));
    assertEquals(
        "modelUrl " + dir + " is a directory; name a file",
        refused(stage().setModelUrl(dir.toString())));
    String scheme = refused(stage().setModelUrl("nosuch://host/net.pt"));
    assertTrue(scheme.startsWith("modelUrl nosuch://host/net.pt: "), scheme);
    String other =
        refused(
            stage()
                .setModelUrl(Shared.path(Shared.CIFAR_WEIGHTS).toString())
                .setModel("cifar_resnet56"));
    assertTrue(other.contains("cifar10-resnet20.th"), other);

    byte[] bytes = Files.readAllBytes(exported);
    String content = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = content.indexOf("{\"model\"");
    bytes[at] = 'x';
    Path damaged = Files.write(dir.resolve("damaged.pt"), bytes);
    assertTrue(
        refused(stage().setModelUrl(damaged.toString())).startsWith(damaged + " is damaged"));
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length / 2);
    Path half = Files.write(dir.resolve("half.pt"), cut);
    assertTrue(refused(stage().setModelUrl(half.toString())).contains("half.pt"));
  }

  /** A file that is replaced is read again; one that vanishes after it was read is not missed. */
  @Test
  void aFileIsReadAgainWhenItHasChanged() throws Exception {
    Path file = dir.resolve("replaced.pt");
    Files.copy(exported, file);
    Dataset<Row> planned = stage().setModelUrl(file.toString()).transform(frame);
    Files.delete(file);
    assertEquals(2, planned.filter("error is null").count());
    assertTrue(refused(stage().setModelUrl(file.toString())).endsWith("does not exist"));
    Files.copy(Shared.path(Shared.CIFAR_WEIGHTS), file);
    assertTrue(
        refused(stage().setModelUrl(file.toString())).contains("set model to its architecture"));
  }

  /** Under none the size must be the network's: an error of the row, not of the query. */
  @Test
  void imagesOfAnotherSize() {
    Row row =
        stage()
            .setTransform("none")
            .setModelUrl(Shared.path(Shared.SQUEEZENET_WEIGHTS).toString())
            .setModel("squeezenet1_1")
            .transform(frame)
            .collectAsList()
            .get(0);
    assertTrue(
        row.<String>getAs("error").startsWith("32 x 32 pixels, but the network wants 224 x 224"));
  }
}
