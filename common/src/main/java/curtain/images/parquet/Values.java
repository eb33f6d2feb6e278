package curtain.images.parquet;

import curtain.images.source.BadImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Values of rows, and types of columns. */
final class Values {
  /** The field of a struct that holds an image. */
  static final String BYTES = "bytes";

  private Values() {}

  /** The part of a schema that has an image's bytes alone. */
  static List<Type> bytesOnly(MessageType schema, String column) {
    Type type = schema.getType(column);
    if (type.isPrimitive()) {
      return List.of(type);
    }
    GroupType image = type.asGroupType();
    return List.of(image.withNewFields(image.getType(BYTES)));
  }

  /** A file's bytes in a row, null where there are none. */
  static byte[] image(Group row, String column) throws BadImageException {
    if (row.getType().getType(column).isPrimitive()) {
      return bytes(row, column);
    }
    Group image = group(row, column);
    return image == null ? null : bytes(image, BYTES);
  }

  static String columns(MessageType schema) {
    return String.join(", ", schema.getFields().stream().map(Type::getName).toList());
  }

  static Group group(Group parent, String field) {
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
