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

/** The types and values of the columns that a transformer reads and adds. */
final class Columns {
  /** The struct of a pullback, of which an image has one for each target and temperature. */
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

  /** The type of the column of pullbacks. */
  static final DataType PULLBACKS = DataTypes.createArrayType(PULLBACK, false);

  private Columns() {}

  /**
   * The field of a column.
   *
   * @param param param that names the column
   * @param name name of the column
   * @throws IllegalArgumentException where there is no such column, with a list of the columns
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
   * Checks that a column can hold labels: numbers or strings.
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
   * @param param param that names it
   * @param name name of the column
   * @throws IllegalArgumentException where a column has that name; case is ignored, as Spark does
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

  /**
   * The value of the column of pullbacks for an image: by target, then temperature, as in the
   * table.
   */
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
                result.hasGradients() ? Vectors.cosine(pullback, result.gradient(k)) : null,
                WrappedArray.make(shape),
                WrappedArray.make(pullback)));
      }
    }
    return WrappedArray.make(rows.toArray(Row[]::new));
  }

  /**
   * A row as Spark would make it, with its schema and with Scala's arrays: Spark hands this object
   * on where a typed operation follows.
   */
  static Row row(StructType schema, Object... values) {
    return new GenericRowWithSchema(values, schema);
  }
}
