package curtain.images.parquet;

import curtain.images.source.BadImageException;
import curtain.images.source.FileNames;
import curtain.images.source.Label;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * The labels of a set of Parquet files, in one column. A column that a user named must hold labels
 * in every row of every file. One that was found by its name may be something else, a target of
 * regression say: what is no label there is none, and is counted for {@link #notes}.
 */
public final class LabelColumn {
  /** What partitions have for null. */
  private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

  private final String column;
  private final boolean named;
  private final boolean wanted;
  private long unusable;
  private String firstUnusable;
  private long filesWithout;
  private String firstWithout;
  private String other; // a column that is named like labels and holds none

  /**
   * The labels of a set of files.
   *
   * @param found column of the first file, null where there is none, see {@link ParquetImages#find}
   * @param wish what the user named, null where it was to be found, empty for no labels
   */
  public LabelColumn(String found, String wish) {
    this.column = found;
    this.named = wish != null;
    this.wanted = !Columns.NO_LABEL.equals(wish);
  }

  /**
   * The field of the column in a file, null where the file's images have no labels in it.
   *
   * @throws IOException where the user named a column that the file does not have
   */
  Type field(MessageType schema, Path path) throws IOException {
    if (!wanted) {
      return null;
    }
    if (column == null) {
      other = other == null ? ColumnSearch.unreadableLabels(schema) : other;
      return null;
    }
    if (ColumnSearch.holdsLabels(schema, column)) {
      return schema.getType(column);
    }
    if (named) {
      throw ColumnSearch.noLabels(path, schema, column);
    }
    filesWithout++;
    firstWithout = firstWithout == null ? path.getName() : firstWithout;
    return null;
  }

  /**
   * The label in the name of a file's directory, {@code label=cat/part.parquet}, as Spark and Arrow
   * partition tables: that column is not in the files.
   */
  Label ofDirectory(String file) {
    Label found = Label.UNTOLD;
    String[] parts = file.split("/", -1);
    for (int i = 0; wanted && column == null && i < parts.length - 1; i++) {
      int equals = parts[i].indexOf('=');
      String value = parts[i].substring(equals + 1);
      boolean label = equals >= 0 && ColumnSearch.isLabel(parts[i].substring(0, equals));
      if (label && !value.equals(NO_VALUE) && !found.told()) {
        found = Label.of(new String(FileNames.bytes(value), StandardCharsets.UTF_8)); // %XX escape
      }
    }
    return found;
  }

  /**
   * The label of a row.
   *
   * @throws IOException where a column that the user named holds something else
   */
  Label of(Group row, Path path, long at) throws IOException, BadImageException {
    if (row.getFieldRepetitionCount(column) == 0) {
      return Label.NONE;
    }
    PrimitiveType type = row.getType().getType(column).asPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case BINARY -> Label.of(Values.text(row, column));
      case BOOLEAN -> Label.of(row.getBoolean(column, 0) ? 1 : 0);
      case FLOAT -> floating(row.getFloat(column, 0), path, at);
      case DOUBLE -> floating(row.getDouble(column, 0), path, at);
      default -> whole(Values.wide(row, column), path, at);
    };
  }

  private Label whole(long value, Path path, long at) throws IOException {
    return value < 0 || value == (int) value
        ? Label.of((int) Math.max(value, -1))
        : unusable(String.valueOf(value), path, at);
  }

  /** A label that a writer with missing values made floating; NaN is one of these. */
  private Label floating(double value, Path path, long at) throws IOException {
    if (Double.isNaN(value)) {
      return Label.NONE;
    }
    return value == (int) value ? Label.of((int) value) : unusable(String.valueOf(value), path, at);
  }

  private Label unusable(String value, Path path, long at) throws IOException {
    if (named) {
      throw new IOException(path + " row " + at + ": " + column + " " + value + " is no label");
    }
    unusable++;
    firstUnusable = firstUnusable == null ? value : firstUnusable;
    return Label.NONE;
  }

  /** What a user should know of labels that are missing, in lines. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (unusable > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%d values of column %s, the first %s, are no labels: these images have none",
              unusable,
              column,
              firstUnusable));
    }
    if (filesWithout > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%d files, the first %s, have no labels in column %s: their images have none",
              filesWithout,
              firstWithout,
              column));
    }
    if (other != null) {
      notes.add("column " + other + ", neither whole numbers nor text, is not read as labels");
    }
    return notes;
  }
}
