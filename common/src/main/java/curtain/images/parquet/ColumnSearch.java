package curtain.images.parquet;

import curtain.images.decode.ImageFormat;
import curtain.images.source.BadImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Finds the columns of images and labels in a Parquet file, as the hub's data sets name them: the
 * one column that is a struct with {@code bytes}, or binary and begins like an image; and a column
 * of whole numbers or text whose name says that it is the label.
 */
final class ColumnSearch {
  /** Names of labels on the hub, in any case; {@code label} itself goes before the others. */
  private static final List<String> LABELS =
      List.of("label", "labels", "fine_label", "cls", "class", "target", "category", "class_label");

  /** Rows in which a first value is looked for. */
  private static final int ROWS = 256;

  private final Path path;
  private final Configuration conf;
  private final MessageType schema;

  private ColumnSearch(Path path, Configuration conf, MessageType schema) {
    this.path = path;
    this.conf = conf;
    this.schema = schema;
  }

  /**
   * Finds what a wish leaves open and checks what it names.
   *
   * @throws IOException where a wanted column is not there or of another type, where no column
   *     holds images, or where several columns do and none is named
   */
  static Columns find(Path path, MessageType schema, Columns wanted, Configuration conf)
      throws IOException {
    ColumnSearch search = new ColumnSearch(path, conf, schema);
    return new Columns(search.image(wanted.image()), search.label(wanted.label()));
  }

  /** Whether a column can hold images: binary, or a struct with binary {@code bytes}. */
  static boolean holdsBytes(MessageType schema, String column) {
    return isStruct(schema, column) || Values.is(schema, column, PrimitiveTypeName.BINARY);
  }

  /** Whether a column is a struct with binary {@code bytes}. */
  static boolean isStruct(MessageType schema, String column) {
    return schema.containsField(column)
        && !schema.getType(column).isPrimitive()
        && Values.is(schema.getType(column).asGroupType(), Values.BYTES, PrimitiveTypeName.BINARY);
  }

  /** Whether a column's name says that it is the label. */
  static boolean isLabel(String name) {
    return LABELS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a column can hold labels: numbers, truth values or text. */
  static boolean holdsLabels(MessageType schema, String column) {
    if (Values.is(
        schema,
        column,
        PrimitiveTypeName.INT32,
        PrimitiveTypeName.INT64,
        PrimitiveTypeName.FLOAT,
        PrimitiveTypeName.DOUBLE,
        PrimitiveTypeName.BOOLEAN)) {
      LogicalTypeAnnotation logical = schema.getType(column).getLogicalTypeAnnotation();
      return logical == null || logical instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
    }
    if (!Values.is(schema, column, PrimitiveTypeName.BINARY)) {
      return false;
    }
    LogicalTypeAnnotation logical = schema.getType(column).getLogicalTypeAnnotation();
    return logical == null
        || logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
        || logical instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
  }

  private String image(String wanted) throws IOException {
    if (wanted != null) {
      if (!holdsBytes(schema, wanted)) {
        throw no("column " + wanted + " that is binary or a struct with bytes");
      }
      return wanted;
    }
    List<String> structs = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    for (Type field : schema.getFields()) {
      if (isStruct(schema, field.getName())) {
        structs.add(field.getName());
      } else if (isPlainBinary(field)) {
        plain.add(field.getName());
      }
    }
    if (structs.size() == 1 && plain.isEmpty()) {
      return structs.get(0);
    }
    List<String> images = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    for (String column : structs) {
      look(column, images, empty);
    }
    for (String column : plain) {
      look(column, images, empty);
    }
    if (images.isEmpty()) {
      // Whose bytes are none, or of no known format, becomes rows of errors.
      images.addAll(structs.isEmpty() ? empty : structs);
    }
    if (images.isEmpty()) {
      throw no("column of images: a struct with bytes, or binary that begins like an image");
    }
    if (images.size() > 1) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has several columns of images, %s; choose with image column %s",
              path,
              String.join(", ", images),
              images.get(0)));
    }
    return images.get(0);
  }

  /** Whether a column is binary and neither text nor a number. */
  private static boolean isPlainBinary(Type field) {
    return field.isPrimitive()
        && !field.isRepetition(Type.Repetition.REPEATED)
        && field.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
        && field.getLogicalTypeAnnotation() == null;
  }

  /** Adds a column to one of the lists: its first value begins like an image, or it has none. */
  private void look(String column, List<String> images, List<String> empty) throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      table.choose(new MessageType(schema.getName(), Values.bytesOnly(schema, column)));
      table.requireCodecs();
      long rows = Math.min(table.rows(), ROWS);
      for (long row = 0; row < rows; row++) {
        Group values = table.row(row);
        byte[] bytes = Values.image(values, column);
        if (bytes != null) {
          if (ImageFormat.of(bytes) != null) {
            images.add(column);
          }
          return;
        }
      }
      empty.add(column);
    } catch (BadImageException e) { // of a page: what it holds cannot be told
      empty.add(column);
    }
  }

  /** The error of a column of labels that is not there, or of another type. */
  static IOException noLabels(Path path, MessageType schema, String column) {
    return no(path, schema, "column " + column + " of numbers or text");
  }

  /**
   * A column that is named like labels and holds none, a decimal or a list say; null where there is
   * none.
   */
  static String unreadableLabels(MessageType schema) {
    return schema.getFields().stream()
        .map(Type::getName)
        .filter(ColumnSearch::isLabel)
        .filter(name -> !holdsLabels(schema, name) && !isStruct(schema, name))
        .findFirst()
        .orElse(null);
  }

  private String label(String wanted) throws IOException {
    if (wanted != null) {
      if (wanted.equals(Columns.NO_LABEL)) {
        return null;
      }
      if (!holdsLabels(schema, wanted)) {
        throw noLabels(path, schema, wanted);
      }
      return wanted;
    }
    List<String> found = new ArrayList<>();
    for (Type field : schema.getFields()) {
      String name = field.getName();
      if (isLabel(name) && holdsLabels(schema, name)) {
        if (name.equals(LABELS.get(0))) {
          return name;
        }
        found.add(name);
      }
    }
    if (found.size() > 1) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has several columns of labels, %s; choose with label column %s",
              path,
              String.join(", ", found),
              found.get(0)));
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private IOException no(String what) {
    return no(path, schema, what);
  }

  private static IOException no(Path path, MessageType schema, String what) {
    return new IOException(
        path + " has no " + what + "; its columns are " + Values.columns(schema));
  }
}
