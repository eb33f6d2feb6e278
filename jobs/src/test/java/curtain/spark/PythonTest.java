package curtain.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.fixtures.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import py4j.GatewayServer;

/** The stage as PySpark uses it, through a gateway into the JVM. */
@Tag("engine")
final class PythonTest {
  @TempDir Path dir;

  @Test
  void pythonSeesTheSameRows() throws Exception {
    String python = python();
    assumeTrue(
        python != null,
        "skipped: no Python with PySpark or Py4J (pip install pyspark==3.5.7), or name it in"
            + " -Dcurtain.python");
    String images = Shared.path(Shared.CIFAR_IMAGES) + "/cat/*";
    String weights = Shared.path(Shared.CIFAR_WEIGHTS).toString();
    String secret = UUID.randomUUID().toString();
    try (SparkSession spark = Frames.session()) {
      GatewayServer server =
          new GatewayServer.GatewayServerBuilder(spark).javaPort(0).authToken(secret).build();
      server.start();
      try {
        List<String> found =
            run(python, String.valueOf(server.getListeningPort()), secret, images, weights);
        List<Row> expected =
            new ExcitationPullbacks()
                .setModelUrl(weights)
                .setModel("cifar_resnet20")
                .setInputCol("content")
                .setTargets("top:2")
                .setTemperature(List.of(0.15, 0.3))
                .setBatchSize(4)
                .setDevice("cpu")
                .transform(spark.read().format("binaryFile").load(images))
                .selectExpr("path", "explode(pullbacks) as row")
                .selectExpr("path", "row.target", "row.temperature", "row.norm")
                .collectAsList();
        assertEquals(200, expected.size());
        assertEquals(200, found.size());
        for (int i = 0; i < 200; i++) {
          // Python and Java may print the same number with another last digit.
          String[] printed = found.get(i).split("\\|", -1);
          assertEquals(expected.get(i).getString(0), printed[0]);
          assertEquals(expected.get(i).getInt(1), Integer.parseInt(printed[1]));
          assertEquals(expected.get(i).getDouble(2), Double.parseDouble(printed[2]));
          assertEquals(expected.get(i).getDouble(3), Double.parseDouble(printed[3]));
        }
      } finally {
        server.shutdown();
      }
    }
  }

  private List<String> run(String python, String... arguments) throws Exception {
    Path script =
        Path.of(System.getProperty("curtain.root", ".."))
            .resolve("jobs/src/test/python/pullbacks_stage.py");
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    List<String> command = new java.util.ArrayList<>(List.of(python, script.toString()));
    command.addAll(List.of(arguments));
    int status =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals(0, status, Files.readString(err));
    return Files.readAllLines(out);
  }

  private static String python() throws InterruptedException {
    for (String python : Shared.pythons()) {
      for (String check :
          List.of(
              "import pyspark; assert pyspark.__version__.startswith('3.5.')",
              "import importlib.util as u, py4j; assert not u.find_spec('pyspark')")) {
        try {
          Process process =
              new ProcessBuilder(python, "-c", check)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start();
          if (process.waitFor() == 0) {
            return python;
          }
        } catch (IOException e) {
          // not there: the next one
        }
      }
    }
    return null;
  }
}
