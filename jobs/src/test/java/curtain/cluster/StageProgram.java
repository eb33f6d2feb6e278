package curtain.cluster;

import curtain.spark.ExcitationPullbacks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A driver's own program with a stage of Curtain's: image folder, weights file, output. */
final class StageProgram {
  private StageProgram() {}

  /** Writes the rows; prints how many files Spark was given. */
  public static void main(String[] arguments) throws Exception {
    try (SparkSession spark = SparkSession.builder().appName("stage").getOrCreate()) {
      Path weights = Files.createTempFile("curtain", ".th");
      Files.copy(Path.of(arguments[1]), weights, StandardCopyOption.REPLACE_EXISTING);
      Dataset<Row> files = spark.read().format("binaryFile").load(arguments[0]).repartition(5);
      Dataset<Row> twice =
          stage(weights, "p", "e").transform(stage(weights, "pullbacks", "error").transform(files));
      // Whatever executors still need, the driver's file it cannot be.
      Files.delete(weights);
      twice
          .filter("error is null and e is null and p = pullbacks")
          .selectExpr("path", "explode(pullbacks) as row")
          .selectExpr("element_at(split(path, '/'), -1) as image_id", "row.*")
          .write()
          .parquet(arguments[2]);
      System.out.println("files: " + spark.sparkContext().listFiles().size());
    }
  }

  private static ExcitationPullbacks stage(Path weights, String output, String error) {
    return new ExcitationPullbacks()
        .setModelUrl(weights.toString())
        .setModel("cifar_resnet20")
        .setInputCol("content")
        .setOutputCol(output)
        .setErrorCol(error)
        .setTargets("cat")
        .setCosine(true)
        .setBatchSize(4);
  }
}
