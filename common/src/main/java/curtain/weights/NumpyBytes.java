package curtain.weights;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Bytes that lie in the pickle itself, as numpy's arrays do. What is made of one text or one array
 * of the pickle is made once, so that a pickle that recalls it again and again takes no memory for
 * it.
 */
final class NumpyBytes {
  /** No key of a file begins so. */
  static final String KEY = "\0";

  private final IdentityHashMap<String, byte[]> encoded = new IdentityHashMap<>();
  private final Map<Integer, IdentityHashMap<byte[], byte[]>> swapped = new HashMap<>();
  private final IdentityHashMap<byte[], String> keys = new IdentityHashMap<>();
  private final Map<String, Bytes> storages = new HashMap<>();

  /** The storages in the pickle, by key. */
  Map<String, Bytes> storages() {
    return storages;
  }

  /**
   * The bytes of a Latin-1 text, as protocols up to 2 write bytes; the same for the same object.
   */
  byte[] latin(String text) {
    return encoded.computeIfAbsent(text, same -> same.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A storage on an array of the pickle, whose length is a multiple of the type's. */
  TensorStorage storage(byte[] array, DType dtype, boolean bigEndian) {
    byte[] bytes =
        bigEndian && dtype.bytes() > 1
            ? swapped
                .computeIfAbsent(dtype.bytes(), width -> new IdentityHashMap<>())
                .computeIfAbsent(array, big -> swap(big, dtype.bytes()))
            : array;
    String key = keys.computeIfAbsent(bytes, any -> KEY + keys.size());
    storages.putIfAbsent(key, Bytes.of(bytes));
    return new TensorStorage(key, dtype, 0, bytes.length / dtype.bytes());
  }

  private static byte[] swap(byte[] big, int width) {
    byte[] little = new byte[big.length];
    for (int i = 0; i < big.length; i++) {
      little[i] = big[i - i % width + width - 1 - i % width];
    }
    return little;
  }
}
