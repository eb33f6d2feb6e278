package curtain.spark;

import curtain.pullback.ImagePullbacks;
import curtain.statistics.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.mutable.WrappedArray;

/** Types and values of the columns that a transformer reads and adds. */
final class Columns {
  /** A pullback: one for each target and temperature of an image. */
  static final StructType PULLBACK =
      new StructType()
          .add("target", DataTypes.IntegerType, false)
          .add("gate", DataTypes.StringType, false)
          .add("temperature", DataTypes.DoubleType, false)
          .add("pool", DataTypes.StringType, false)
          .add("logit", DataTypes.FloatType, false)
          .add("probability", DataTypes.FloatType, false)
          .add("norm", DataTypes.DoubleType, false)
          .add("cosine_to_gradient", DataTypes.DoubleType, true)
          .add("shape", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("pullback", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  /** The added column. */
  static final DataType PULLBACKS = DataTypes.createArrayType(PULLBACK, false);

  private Columns() {}

  /**
   * The field of a column.
   *
   * @param param that names the column
   * @throws IllegalArgumentException where there is none; lists the columns
   */
  static StructField find(StructType schema, String param, String name) {
    for (StructField field : schema.fields()) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s %s is no column; there are %s",
            param,
            name,
            String.join(", ", schema.fieldNames())));
  }

  /**
   * Checks that a column holds images: files as binary, or the structs of Spark's image source.
   *
   * @throws IllegalArgumentException for any other type
   */
  static void checkImages(StructField field) {
    DataType type = field.dataType();
    if (!(type instanceof BinaryType) && !isImage(type)) {
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "inputCol %s is %s; it must be binary (the bytes of image files) or an image of Spark's",
                  field.name(),
                  type.catalogString())
              + " image source ("
              + ImageSchema.columnSchema().catalogString()
              + ")");
    }
  }

  private static boolean isImage(DataType type) {
    StructField[] wanted = ImageSchema.columnSchema().fields();
    return type instanceof StructType struct
        && struct.fields().length == wanted.length
        && Arrays.equals(
            struct.fields(),
            wanted,
            (a, b) -> a.name().equals(b.name()) && a.dataType().equals(b.dataType()) ? 0 : 1);
  }

  /**
   * Checks that a column can hold labels: numbers, or texts.
   *
   * @throws IllegalArgumentException for any other type
   */
  static void checkLabels(StructField field) {
    DataType type = field.dataType();
    if (!(type instanceof NumericType) && !(type instanceof StringType)) {
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "labelCol %s is %s; it must be a number (the index of a class) or a string (its WordNet",
                  field.name(),
                  type.catalogString())
              + " id or name)");
    }
  }

  /**
   * Checks that a column can be added.
   *
   * @param param that names it
   * @throws IllegalArgumentException where one of that name is there; Spark ignores case
   */
  static void checkNew(StructType schema, String param, String name) {
    for (String existing : schema.fieldNames()) {
      if (existing.equalsIgnoreCase(name)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s %s is a column already; set %s to another name",
                param,
                name,
                param));
      }
    }
  }

  /** The column's value for an image: by target, then temperature, as the job orders its rows. */
  static Object pullbacks(
      ImagePullbacks result, int[] shape, List<Double> temperatures, String gate, String pool) {
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < result.targets().length; k++) {
      int target = result.targets()[k];
      for (int m = 0; m < temperatures.size(); m++) {
        float[] pullback = result.pullback(m, k);
        rows.add(
            row(
                PULLBACK,
                target,
                gate,
                temperatures.get(m),
                pool,
                result.logits()[target],
                (float) result.probability(target),
                Vectors.norm(pullback),
                Vectors.cosine(pullback, result.gradient(k)),
                WrappedArray.make(shape),
                WrappedArray.make(pullback)));
      }
    }
    return WrappedArray.make(rows.toArray(Row[]::new));
  }

  /**
   * A row as Spark would make it. Where a typed operation follows, Spark hands it this very object:
   * so it has its schema, and arrays are Scala's.
   */
  static Row row(StructType schema, Object... values) {
    return new GenericRowWithSchema(values, schema);
  }
}
