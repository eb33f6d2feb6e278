package curtain.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes of bytes that know nothing of a format. */
public final class Damage {
  private static final int[] TELLING = {0, 1, 0x7f, 0x80, 0xff};
  private static final long[] BOUNDARIES = {
    0,
    1,
    -1,
    2,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    1 << 20,
    1 << 24,
    Integer.MAX_VALUE - 8L,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    0xffffffffL,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE / 8,
    Long.MAX_VALUE / 4 + 1,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private Damage() {}

  /** One of a list. */
  public static <T> T pick(RandomGenerator random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** A number at which lengths go wrong, or one near it, or a small one. */
  public static long boundary(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextInt(300);
      case 1 -> BOUNDARIES[random.nextInt(BOUNDARIES.length)] + random.nextInt(-4, 5);
      case 2 -> 1L << random.nextInt(64);
      default -> BOUNDARIES[random.nextInt(BOUNDARIES.length)];
    };
  }

  /** Some bytes. */
  public static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** How many changes: one in half of the cases, seldom more than three. */
  public static int times(RandomGenerator random) {
    return 1 + Integer.numberOfTrailingZeros(random.nextInt() | 0x20);
  }

  /**
   * Applies changes: bits, bytes, 16, 32 and 64-bit numbers of either order, cuts, insertions,
   * repeats, removals, and splices with another file.
   */
  public static byte[] bytes(RandomGenerator random, byte[] file, List<byte[]> others) {
    byte[] damaged = file.clone();
    for (int n = times(random); n > 0 && damaged.length > 0; n--) {
      damaged = once(random, damaged, others);
    }
    return damaged;
  }

  private static byte[] once(RandomGenerator random, byte[] file, List<byte[]> others) {
    int at = random.nextInt(file.length);
    int length = Math.min(file.length - at, 1 + random.nextInt(1 << random.nextInt(1, 9)));
    switch (random.nextInt(14)) {
      case 0, 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> file[at] = (byte) random.nextInt(256);
      case 3 -> file[at] = (byte) TELLING[random.nextInt(TELLING.length)];
      case 4, 5, 6 -> number(random, file);
      case 7 -> {
        return Arrays.copyOf(file, at);
      }
      case 8 -> {
        return join(Arrays.copyOf(file, at), bytes(random, length), rest(file, at));
      }
      case 9 -> {
        return join(Arrays.copyOf(file, at + length), rest(file, at));
      }
      case 10 -> {
        return join(Arrays.copyOf(file, at), rest(file, at + length));
      }
      case 11 -> {
        byte[] other = pick(random, others);
        return join(Arrays.copyOf(file, at), rest(other, random.nextInt(other.length + 1)));
      }
      case 12 -> { // a run from elsewhere, over the bytes here
        int from = random.nextInt(file.length - length + 1);
        System.arraycopy(file, from, file, at, length);
      }
      default -> Arrays.fill(file, at, at + length, (byte) TELLING[random.nextInt(TELLING.length)]);
    }
    return file;
  }

  private static void number(RandomGenerator random, byte[] file) {
    int size = 2 << random.nextInt(3);
    if (file.length < size) {
      return;
    }
    ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    ByteBuffer buffer = ByteBuffer.wrap(file).order(order);
    int at = random.nextInt(file.length - size + 1);
    long value = boundary(random);
    switch (size) {
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
  }

  /** The bytes from a position on. */
  public static byte[] rest(byte[] file, int from) {
    return Arrays.copyOfRange(file, from, file.length);
  }

  /** One after another. */
  public static byte[] join(byte[]... parts) {
    return join(Arrays.asList(parts));
  }

  /** One after another. */
  public static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  /**
   * Changes the order of parts: one is left out, repeated (at times thousands of times), moved, or
   * taken from another file.
   */
  public static void parts(RandomGenerator random, List<byte[]> parts, List<byte[]> others) {
    if (parts.isEmpty()) {
      return;
    }
    int at = random.nextInt(parts.size());
    switch (random.nextInt(5)) {
      case 0 -> parts.remove(at);
      case 1 -> parts.add(at, parts.get(at));
      case 2 -> parts.add(random.nextInt(parts.size()), parts.remove(at));
      case 3 -> parts.add(at, pick(random, others));
      default -> {
        int times = random.nextInt(1 << random.nextInt(1, 13));
        for (int i = 0; i < times && (long) i * parts.get(at).length < 1 << 20; i++) {
          parts.add(at, parts.get(at));
        }
      }
    }
  }
}
