package curtain.jobs.tables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** IEEE 754 binary16: 11 significant bits, normal from 6.1e-5, subnormal from 6e-8, up to 65504. */
public final class Float16 {
  /**
   * The least magnitude that rounds to infinity: half way from the largest half to the next step.
   */
  private static final float OVERFLOW = 65_520;

  private static final int MANTISSA_BITS = 23;
  private static final int MANTISSA = (1 << MANTISSA_BITS) - 1;
  private static final int DROPPED = MANTISSA_BITS - 10;
  private static final int BIAS = 127 - 15;
  private static final int INFINITY = 0x7c00;

  private Float16() {}

  /** Whether a magnitude rounds to a finite half. */
  public static boolean holds(float magnitude) {
    return magnitude < OVERFLOW;
  }

  /** Rounds values to halves, two bytes each, little-endian. */
  public static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort(bits(value));
    }
    return bytes.array();
  }

  /** Reads halves, two bytes each, little-endian; exact. */
  public static float[] floats(byte[] littleEndian) {
    ByteBuffer bytes = ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[littleEndian.length / Short.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(bytes.getShort());
    }
    return values;
  }

  /** The value of a half. */
  static float value(short half) {
    int exponent = half >>> 10 & 0x1f;
    int mantissa = half & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((float) mantissa, -24);
    } else {
      magnitude = Math.scalb((float) (mantissa | 0x400), exponent - 25);
    }
    return half < 0 ? -magnitude : magnitude;
  }

  /** The bits of the nearest half, of two equally near ones the one with an even last bit. */
  static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int exponent = (bits >>> MANTISSA_BITS & 0xff) - BIAS;
    int mantissa = bits & MANTISSA;
    if (Float.isNaN(value)) {
      return (short) (sign | INFINITY | 0x200);
    }
    if (!holds(Math.abs(value))) {
      return (short) (sign | INFINITY);
    }
    int dropped = DROPPED;
    if (exponent <= 0) {
      // Subnormal: the leading one becomes explicit, and more bits are dropped.
      dropped = Math.min(DROPPED + 1 - exponent, Integer.SIZE - 2);
      mantissa |= 1 << MANTISSA_BITS;
      exponent = 0;
    }
    int half = (exponent << 10) + (mantissa >>> dropped);
    int rest = mantissa & ((1 << dropped) - 1);
    int tie = 1 << (dropped - 1);
    if (rest > tie || (rest == tie && (half & 1) == 1)) {
      half++; // may carry into the exponent, which is right
    }
    return (short) (sign | half);
  }
}
