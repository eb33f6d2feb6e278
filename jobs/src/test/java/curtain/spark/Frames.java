package curtain.spark;

import curtain.engine.LoadedProgram;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Sessions, frames of files, and what the engine holds. */
final class Frames {
  private Frames() {}

  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate();
  }

  /** The regular files below a folder, in a fixed order. */
  static List<Path> files(Path folder, int limit) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().limit(limit).toList();
    }
  }

  /** id int, content binary, label string: the directory of each file. */
  static Dataset<Row> of(SparkSession spark, List<Path> files) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      String directory = files.get(i).getParent().getFileName().toString();
      rows.add(RowFactory.create(i, Files.readAllBytes(files.get(i)), directory));
    }
    return ofRows(spark, rows);
  }

  static Dataset<Row> ofRows(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("content", DataTypes.BinaryType)
            .add("label", DataTypes.StringType));
  }

  /**
   * How many managers a program has given out and not got back: one for each open kernel, and one
   * more while it computes. DJL keeps them in a field of its own.
   */
  static int open(LoadedProgram program) {
    try (var probe = program.newManager()) {
      Object parent = probe.getParentManager();
      Class<?> base = parent.getClass();
      while (!base.getSimpleName().equals("BaseNDManager")) {
        base = base.getSuperclass();
      }
      Field resources = base.getDeclaredField("resources");
      resources.setAccessible(true);
      return (int)
              ((Map<?, ?>) resources.get(parent))
                  .values().stream().filter(ai.djl.ndarray.NDManager.class::isInstance).count()
          - 1;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("DJL holds its managers elsewhere", e);
    }
  }
}
