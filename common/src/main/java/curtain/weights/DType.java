package curtain.weights;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Element types that tensors are stored in, little-endian, and their conversion to float32. Complex
 * and quantised ones are known by their size alone: tensors of them may lie beside weights.
 */
enum DType {
  FLOAT64("float64", 8, "DoubleStorage", "F64"),
  FLOAT32("float32", 4, "FloatStorage", "F32"),
  FLOAT16("float16", 2, "HalfStorage", "F16"),
  BFLOAT16("bfloat16", 2, "BFloat16Storage", "BF16"),
  INT64("int64", 8, "LongStorage", "I64"),
  INT32("int32", 4, "IntStorage", "I32"),
  INT16("int16", 2, "ShortStorage", "I16"),
  INT8("int8", 1, "CharStorage", "I8"),
  UINT8("uint8", 1, "ByteStorage", "U8"),
  BOOL("bool", 1, "BoolStorage", "BOOL"),
  COMPLEX32("complex32", 4, "ComplexHalfStorage"),
  COMPLEX64("complex64", 8, "ComplexFloatStorage"),
  COMPLEX128("complex128", 16, "ComplexDoubleStorage"),
  QINT8("qint8", 1, "QInt8Storage"),
  QUINT8("quint8", 1, "QUInt8Storage"),
  QINT32("qint32", 4, "QInt32Storage"),
  QUINT4X2("quint4x2", 1, "QUInt4x2Storage"),
  QUINT2X4("quint2x4", 1, "QUInt2x4Storage");

  private final String title;
  private final int bytes;
  private final String storageClass;
  private final String safetensors;

  /** A type that is not read. */
  DType(String title, int bytes, String storageClass) {
    this(title, bytes, storageClass, "");
  }

  DType(String title, int bytes, String storageClass, String safetensors) {
    this.title = title;
    this.bytes = bytes;
    this.storageClass = storageClass;
    this.safetensors = safetensors;
  }

  /** PyTorch's name, {@code float32} for example. */
  String title() {
    return title;
  }

  /** Bytes of one element. */
  int bytes() {
    return bytes;
  }

  /** Whether its elements are numbers that float32 can stand for. */
  boolean readable() {
    return !safetensors.isEmpty();
  }

  /** The type whose legacy storage class in {@code torch} has this name. */
  static Optional<DType> ofStorageClass(String name) {
    for (DType type : values()) {
      if (type.storageClass.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type of this name in a safetensors header. */
  static Optional<DType> ofSafetensors(String name) {
    for (DType type : values()) {
      if (type.readable() && type.safetensors.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /**
   * Converts elements of a readable type to float32, rounding to nearest, ties to even, as PyTorch
   * does.
   *
   * @param from little-endian elements, from the buffer's position
   * @param to where to put them, from index {@code at}
   * @param n number of elements
   */
  void toFloats(ByteBuffer from, float[] to, int at, int n) {
    if (this == FLOAT32) {
      from.asFloatBuffer().get(to, at, n);
      return;
    }
    int start = from.position();
    for (int i = 0; i < n; i++) {
      int p = start + i * bytes;
      to[at + i] =
          switch (this) {
            case FLOAT64 -> (float) from.getDouble(p);
            case FLOAT32 -> from.getFloat(p);
            case FLOAT16 -> halfToFloat(from.getShort(p));
            case BFLOAT16 -> Float.intBitsToFloat(from.getShort(p) << 16);
            case INT64 -> (float) from.getLong(p);
            case INT32 -> (float) from.getInt(p);
            case INT16 -> from.getShort(p);
            case INT8 -> from.get(p);
            case UINT8 -> from.get(p) & 0xff;
            case BOOL -> from.get(p) == 0 ? 0f : 1f;
            case COMPLEX32, COMPLEX64, COMPLEX128, QINT8, QUINT8, QINT32, QUINT4X2, QUINT2X4 ->
                throw new IllegalStateException(title + " is not read");
          };
    }
  }

  /** IEEE 754 binary16 to binary32; exact. JDK 17 has no method for it. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) { // zero and subnormals: fraction * 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int bits = exponent == 0x1f ? 0x7f800000 : (exponent + 112) << 23; // bias 15 becomes 127
    return Float.intBitsToFloat(sign | bits | (fraction << 13));
  }
}
