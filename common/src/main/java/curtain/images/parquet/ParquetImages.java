package curtain.images.parquet;

import curtain.images.decode.ImageDecoder;
import curtain.images.decode.Transforms;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.FileNames;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Label;
import curtain.images.source.Listing;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * The images of a Parquet file as the Hugging Face hub has them: one column of images, {@code
 * struct<bytes: binary, path: string>} or plain binary, and perhaps one of labels, numbers or text.
 */
public final class ParquetImages implements Container {
  private static final String PATH = "path";

  /** What partitions have for null. */
  private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

  private final ParquetTable table;
  private final String column;

  /**
   * The images of an open file, which is closed with them.
   *
   * @param file {@link ImageRef#file} of one of its images, whose fragment is their column
   * @throws IOException where there is no such column
   */
  public ParquetImages(ParquetTable table, String file) throws IOException {
    this.table = table;
    String fragment = file.substring(file.lastIndexOf('#') + 1);
    this.column = URLDecoder.decode(fragment, StandardCharsets.UTF_8);
    MessageType schema = table.schema();
    if (!ColumnSearch.holdsBytes(schema, column)) {
      throw new IOException("it changed since it was listed");
    }
    table.choose(new MessageType(schema.getName(), Values.bytesOnly(schema, column)));
  }

  /**
   * Finds the columns of a file's images and labels; reads first values of binary columns where
   * their types alone do not tell which holds images.
   *
   * @param wanted columns that are named, null where they are to be found
   * @throws IOException where there is no such column or several, or the file is damaged
   */
  public static Columns find(Path path, Columns wanted, Configuration conf) throws IOException {
    MessageType schema;
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      schema = table.schema();
    }
    return ColumnSearch.find(path, schema, wanted, conf);
  }

  /**
   * Lists a file's rows; the column of bytes is not read.
   *
   * @param name of the file: the id of a row whose path is null, or is that of an image before it,
   *     is {@code NAME#ROW}
   * @param columns of the first file of the set, see {@link #find}
   * @throws IOException where the file has no such columns, is damaged, is compressed by a codec
   *     that is not there, or its storage fails
   */
  public static void list(
      Path path, String name, Columns columns, Listing listing, Configuration conf)
      throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      MessageType schema = table.schema();
      String images = columns.image();
      if (!ColumnSearch.holdsBytes(schema, images)) {
        throw new IOException(
            path
                + " has no column "
                + images
                + " of images; its columns are "
                + Values.columns(schema));
      }
      boolean labelled =
          columns.label() != null && ColumnSearch.holdsLabels(schema, columns.label());
      table.choose(new MessageType(schema.getName(), Values.bytesOnly(schema, images)));
      table.requireCodecs();
      List<Type> chosen = new ArrayList<>();
      boolean named =
          ColumnSearch.isStruct(schema, images)
              && Values.is(schema.getType(images).asGroupType(), PATH, PrimitiveTypeName.BINARY);
      if (named) {
        GroupType image = schema.getType(images).asGroupType();
        chosen.add(image.withNewFields(image.getType(PATH)));
      }
      if (labelled) {
        chosen.add(schema.getType(columns.label()));
      }
      // The fragment says to readers which column it is: they have the reference alone.
      String file = SourceFiles.uri(path) + "#" + URLEncoder.encode(images, StandardCharsets.UTF_8);
      if (!chosen.isEmpty()) {
        table.choose(new MessageType(schema.getName(), chosen));
        table.requireCodecs();
      }
      Label partition = columns.label() == null ? partition(name) : Label.NONE;
      for (long row = 0; row < table.rows() && !listing.full(); row++) {
        String id = null;
        Label label = partition;
        if (!chosen.isEmpty()) {
          Group values = table.row(row);
          id = named ? Values.text(Values.group(values, images), PATH) : null;
          label = labelled ? label(values, columns.label(), path, row) : label;
        }
        boolean own = id != null && !id.isEmpty() && !listing.has(id);
        listing.add(own ? id : name + "#" + row, label, file, row, -1, null);
      }
    } catch (BadImageException e) { // of a page: nothing behind it can be listed
      throw new IOException(path + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * The label in the name of a file's directory, {@code label=cat/part.parquet}, as Spark and Arrow
   * partition tables: that column is not in the file.
   */
  private static Label partition(String name) {
    Label found = Label.NONE;
    String[] parts = name.split("/", -1);
    for (int i = parts.length - 2; i >= 0; i--) {
      int equals = parts[i].indexOf('=');
      String column = equals < 0 ? "" : parts[i].substring(0, equals);
      String value = parts[i].substring(equals + 1);
      if (ColumnSearch.isLabel(column) && !value.equals(NO_VALUE)) {
        found = Label.of(new String(FileNames.bytes(value), StandardCharsets.UTF_8)); // %XX escape
      }
    }
    return found;
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    byte[] bytes = Values.image(table.row(ref.position()), column);
    if (bytes == null) {
      throw new BadImageException("the row has no bytes in column " + column);
    }
    return Transforms.apply(ref, ImageDecoder.decode(bytes, options.maxPixels()), options);
  }

  @Override
  public void close() throws IOException {
    table.close();
  }

  /** A value of the column of labels. */
  private static Label label(Group row, String column, Path path, long at)
      throws IOException, BadImageException {
    if (row.getFieldRepetitionCount(column) == 0) {
      return Label.NONE;
    }
    PrimitiveType type = row.getType().getType(column).asPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case BINARY -> Label.of(Values.text(row, column));
      case BOOLEAN -> Label.of(row.getBoolean(column, 0) ? 1 : 0);
      case FLOAT -> whole(row.getFloat(column, 0), column, path, at);
      case DOUBLE -> whole(row.getDouble(column, 0), column, path, at);
      default -> Label.of(Values.number(row, column, path, at));
    };
  }

  /** A label that a writer with missing values made floating; NaN is one of these. */
  private static Label whole(double value, String column, Path path, long at) throws IOException {
    if (Double.isNaN(value)) {
      return Label.NONE;
    }
    if (value != (int) value) {
      throw new IOException(path + " row " + at + ": " + column + " " + value + " is no label");
    }
    return Label.of((int) value);
  }
}
