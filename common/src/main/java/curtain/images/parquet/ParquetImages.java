package curtain.images.parquet;

import curtain.images.decode.ImageDecoder;
import curtain.images.decode.Transforms;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Listing;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
 * The images of a Parquet file in the Hugging Face hub's layout: {@code image: struct<bytes:
 * binary, path: string>}, {@code label: int} (32 or 64 bits, may be absent).
 */
public final class ParquetImages implements Container {
  private static final String IMAGE = "image";
  private static final String BYTES = "bytes";
  private static final String PATH = "path";
  private static final String LABEL = "label";

  private final ParquetTable table;

  /** The images of an open file, which is closed with them. */
  public ParquetImages(ParquetTable table) {
    this.table = table;
    table.choose(IMAGE);
  }

  /** Whether a file of this schema has images in that layout. */
  public static boolean accepts(MessageType schema) {
    return schema.containsField(IMAGE)
        && !schema.getType(IMAGE).isPrimitive()
        && is(schema.getType(IMAGE).asGroupType(), BYTES, PrimitiveTypeName.BINARY);
  }

  /**
   * Lists a file's rows; the column of bytes is not read.
   *
   * @param name of the file: the id of a row without a path is {@code NAME#ROW}
   * @throws IOException where the file has another layout, is damaged, or its storage fails
   */
  public static void list(Path path, String name, Listing listing, Configuration conf)
      throws IOException {
    try (ParquetTable table = ParquetTable.open(path, conf)) {
      MessageType schema = table.schema();
      if (!accepts(schema)) {
        throw new IOException(
            path + " has no column image: struct<bytes, path>; its columns are " + columns(schema));
      }
      GroupType image = schema.getType(IMAGE).asGroupType();
      boolean named = is(image, PATH, PrimitiveTypeName.BINARY);
      boolean labelled = is(schema, LABEL, PrimitiveTypeName.INT32, PrimitiveTypeName.INT64);
      List<Type> chosen = new java.util.ArrayList<>();
      if (named) {
        chosen.add(image.withNewFields(image.getType(PATH)));
      }
      if (labelled) {
        chosen.add(schema.getType(LABEL));
      }
      String file = SourceFiles.uri(path);
      if (!chosen.isEmpty()) {
        table.choose(new MessageType(schema.getName(), chosen));
      }
      for (long row = 0; row < table.rows() && !listing.full(); row++) {
        String id = null;
        Integer label = null;
        if (!chosen.isEmpty()) {
          Group values = table.row(row);
          id = named ? text(group(values, IMAGE), PATH) : null;
          label = labelled ? number(values, LABEL, path, row) : null;
        }
        listing.add(id == null ? name + "#" + row : id, label, file, row, -1, null);
      }
    } catch (BadImageException e) { // of a page: nothing behind it can be listed
      throw new IOException(path + " cannot be listed: " + e.getMessage(), e);
    }
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    Group image = group(table.row(ref.position()), IMAGE);
    byte[] bytes = image == null ? null : bytes(image, BYTES);
    if (bytes == null) {
      throw new BadImageException("the row has no image.bytes");
    }
    return Transforms.apply(ref, ImageDecoder.decode(bytes, options.maxPixels()), options);
  }

  @Override
  public void close() throws IOException {
    table.close();
  }

  static String columns(MessageType schema) {
    return String.join(", ", schema.getFields().stream().map(Type::getName).toList());
  }

  private static Group group(Group parent, String field) {
    return parent.getFieldRepetitionCount(field) == 0 ? null : parent.getGroup(field, 0);
  }

  static String text(Group group, String field) throws BadImageException {
    byte[] utf8 = group == null ? null : bytes(group, field);
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  /** A value of a binary column, null where it is null. */
  static byte[] bytes(Group group, String field) throws BadImageException {
    if (group.getFieldRepetitionCount(field) == 0) {
      return null;
    }
    ByteBuffer value;
    try {
      // Binary.getBytes makes an array of the length that a page claims before it looks for its end
      value = group.getBinary(field, 0).toByteBuffer();
    } catch (IllegalArgumentException e) {
      throw new BadImageException("corrupt Parquet page: " + field + " ends behind its page", e);
    }
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    return bytes;
  }

  /** An integer column's value as int, null where it is null. */
  static Integer number(Group row, String field, Path path, long at) throws IOException {
    Long value = wide(row, field);
    if (value == null) {
      return null;
    }
    if (value != value.intValue()) {
      throw new IOException(path + " row " + at + ": " + field + " " + value + " is no label");
    }
    return value.intValue();
  }

  /** An integer column's value, null where it is null. */
  static Long wide(Group row, String field) {
    if (row.getFieldRepetitionCount(field) == 0) {
      return null;
    }
    PrimitiveType type = row.getType().getType(field).asPrimitiveType();
    return type.getPrimitiveTypeName() == PrimitiveTypeName.INT32
        ? (long) row.getInteger(field, 0)
        : row.getLong(field, 0);
  }

  /** Whether there is such a column, and of one of these types. */
  static boolean is(GroupType schema, String column, PrimitiveTypeName... types) {
    return schema.containsField(column)
        && schema.getType(column).isPrimitive()
        && Arrays.asList(types)
            .contains(schema.getType(column).asPrimitiveType().getPrimitiveTypeName());
  }
}
