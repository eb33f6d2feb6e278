package curtain.jobs.tables;

import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.listType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.Type.Repetition.OPTIONAL;
import static org.apache.parquet.schema.Type.Repetition.REPEATED;
import static org.apache.parquet.schema.Type.Repetition.REQUIRED;

import java.lang.invoke.MethodType;
import java.util.Locale;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The types of columns (spec 12), with the Java class of a value and its Parquet form. Arrays are
 * Parquet's three-level lists ({@code list.element}), whose elements are never null; a value of any
 * type may be null.
 */
public enum ColumnType {
  /** {@link String}; UTF-8. */
  STRING(String.class, PrimitiveTypeName.BINARY),
  /** {@link Integer}; 32 bits. */
  INT(Integer.class, PrimitiveTypeName.INT32),
  /** {@link Long}; 64 bits. */
  BIGINT(Long.class, PrimitiveTypeName.INT64),
  /** {@link Float}. */
  FLOAT(Float.class, PrimitiveTypeName.FLOAT),
  /** {@link Double}. */
  DOUBLE(Double.class, PrimitiveTypeName.DOUBLE),
  /** {@code byte[]}. */
  BINARY(byte[].class, PrimitiveTypeName.BINARY),
  /** {@code float[]}, stored as binary: little-endian IEEE halves, see {@link Float16}. */
  FLOAT16_BINARY(float[].class, PrimitiveTypeName.BINARY),
  /** {@code byte[]} as a list of signed 8-bit numbers. */
  TINYINT_ARRAY(byte[].class, PrimitiveTypeName.INT32),
  /** {@code int[]}. */
  INT_ARRAY(int[].class, PrimitiveTypeName.INT32),
  /** {@code long[]}. */
  BIGINT_ARRAY(long[].class, PrimitiveTypeName.INT64),
  /** {@code float[]}. */
  FLOAT_ARRAY(float[].class, PrimitiveTypeName.FLOAT),
  /** {@code double[]}. */
  DOUBLE_ARRAY(double[].class, PrimitiveTypeName.DOUBLE);

  private static final String LIST = "list";
  private static final String ELEMENT = "element";

  private final Class<?> valueClass;
  private final PrimitiveTypeName primitive;

  ColumnType(Class<?> valueClass, PrimitiveTypeName primitive) {
    this.valueClass = valueClass;
    this.primitive = primitive;
  }

  /**
   * The usual type for values of a class or primitive type.
   *
   * @throws IllegalArgumentException where there is none
   */
  static ColumnType of(Class<?> values) {
    Class<?> boxed = MethodType.methodType(values).wrap().returnType();
    for (ColumnType type : values()) {
      if (type.valueClass == boxed && type != TINYINT_ARRAY && type != FLOAT16_BINARY) {
        return type;
      }
    }
    throw new IllegalArgumentException("no column takes " + values.getSimpleName());
  }

  /**
   * Returns this type, if it takes values of the class.
   *
   * @throws IllegalArgumentException if it does not
   */
  ColumnType checked(Class<?> values) {
    if (MethodType.methodType(values).wrap().returnType() != valueClass) {
      throw new IllegalArgumentException(this + " takes no " + values.getSimpleName());
    }
    return this;
  }

  /** Whether both types take values of the same class. */
  boolean takesTheSame(ColumnType other) {
    return valueClass == other.valueClass;
  }

  /** The type in words, {@code array of float} say, as docs/tables.md has it. */
  public String words() {
    return switch (this) {
      case STRING, INT, BIGINT, FLOAT, DOUBLE, BINARY -> name().toLowerCase(Locale.ROOT);
      case FLOAT16_BINARY -> "binary";
      case TINYINT_ARRAY -> "array of tinyint";
      case INT_ARRAY -> "array of int";
      case BIGINT_ARRAY -> "array of bigint";
      case FLOAT_ARRAY -> "array of float";
      case DOUBLE_ARRAY -> "array of double";
    };
  }

  private boolean isArray() {
    return switch (this) {
      case TINYINT_ARRAY, INT_ARRAY, BIGINT_ARRAY, FLOAT_ARRAY, DOUBLE_ARRAY -> true;
      case STRING, INT, BIGINT, FLOAT, DOUBLE, BINARY, FLOAT16_BINARY -> false;
    };
  }

  /** The path of the leaf that holds the values, as Parquet names it. */
  String leaf(String column) {
    return isArray() ? column + "." + LIST + "." + ELEMENT : column;
  }

  Type parquetType(String column) {
    if (isArray()) {
      return Types.buildGroup(OPTIONAL)
          .as(listType())
          .addField(Types.buildGroup(REPEATED).addField(elementType()).named(LIST))
          .named(column);
    }
    if (this == STRING) {
      return Types.primitive(primitive, OPTIONAL).as(stringType()).named(column);
    }
    return Types.primitive(primitive, OPTIONAL).named(column);
  }

  private Type elementType() {
    return this == TINYINT_ARRAY
        ? Types.primitive(primitive, REQUIRED).as(intType(Byte.SIZE, true)).named(ELEMENT)
        : Types.primitive(primitive, REQUIRED).named(ELEMENT);
  }

  /**
   * Whether a file's column can be read as this type. Names within a list, and whether values and
   * elements may be null, are not compared, for programs differ in them.
   */
  boolean fits(Type stored) {
    if (!isArray()) {
      return isSingle(stored);
    }
    if (stored.isPrimitive()
        || stored.isRepetition(REPEATED)
        || stored.asGroupType().getFieldCount() != 1) {
      return false;
    }
    Type repeated = stored.asGroupType().getType(0);
    return repeated.isRepetition(REPEATED)
        && !repeated.isPrimitive()
        && repeated.asGroupType().getFieldCount() == 1
        && isSingle(repeated.asGroupType().getType(0));
  }

  private boolean isSingle(Type stored) {
    return stored.isPrimitive()
        && !stored.isRepetition(REPEATED)
        && stored.asPrimitiveType().getPrimitiveTypeName() == primitive;
  }

  /** Writes one value that is not null. */
  void write(RecordConsumer consumer, Object value) {
    switch (this) {
      case STRING -> consumer.addBinary(Binary.fromString((String) value));
      case INT -> consumer.addInteger((Integer) value);
      case BIGINT -> consumer.addLong((Long) value);
      case FLOAT -> consumer.addFloat((Float) value);
      case DOUBLE -> consumer.addDouble((Double) value);
      case BINARY -> consumer.addBinary(Binary.fromConstantByteArray((byte[]) value));
      case FLOAT16_BINARY ->
          consumer.addBinary(Binary.fromConstantByteArray(Float16.littleEndian((float[]) value)));
      case TINYINT_ARRAY -> {
        byte[] values = (byte[]) value;
        writeList(consumer, values.length, i -> consumer.addInteger(values[i]));
      }
      case INT_ARRAY -> {
        int[] values = (int[]) value;
        writeList(consumer, values.length, i -> consumer.addInteger(values[i]));
      }
      case BIGINT_ARRAY -> {
        long[] values = (long[]) value;
        writeList(consumer, values.length, i -> consumer.addLong(values[i]));
      }
      case FLOAT_ARRAY -> {
        float[] values = (float[]) value;
        writeList(consumer, values.length, i -> consumer.addFloat(values[i]));
      }
      case DOUBLE_ARRAY -> {
        double[] values = (double[]) value;
        writeList(consumer, values.length, i -> consumer.addDouble(values[i]));
      }
    }
  }

  private static void writeList(
      RecordConsumer consumer, int length, java.util.function.IntConsumer element) {
    consumer.startGroup();
    if (length > 0) {
      consumer.startField(LIST, 0);
      for (int i = 0; i < length; i++) {
        consumer.startGroup();
        consumer.startField(ELEMENT, 0);
        element.accept(i);
        consumer.endField(ELEMENT, 0);
        consumer.endGroup();
      }
      consumer.endField(LIST, 0);
    }
    consumer.endGroup();
  }
}
