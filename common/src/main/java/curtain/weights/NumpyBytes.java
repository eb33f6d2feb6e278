package curtain.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Bytes that lie in the pickle itself, as numpy's arrays do. What is made of one text or one array
 * of the pickle is made once, so that a pickle that recalls it again and again takes no memory for
 * it; and what is long stays in the file.
 */
final class NumpyBytes {
  /** No key of a file begins so. */
  static final String KEY = "\0";

  private final IdentityHashMap<Object, Bytes> encoded = new IdentityHashMap<>();
  private final Map<Integer, IdentityHashMap<Bytes, Bytes>> swapped = new HashMap<>();
  private final IdentityHashMap<Bytes, String> keys = new IdentityHashMap<>();
  private final Map<String, Bytes> storages = new HashMap<>();

  /** The storages in the pickle, by key. */
  Map<String, Bytes> storages() {
    return storages;
  }

  /**
   * The bytes of a Latin-1 text, as protocols up to 2 write bytes; the same for the same object.
   */
  Bytes latin(String text) {
    return encoded.computeIfAbsent(
        text, same -> Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /**
   * The same of a long text.
   *
   * @throws MalformedException if it is not Latin-1
   */
  Bytes latin(LongText text) throws IOException {
    Bytes known = encoded.get(text);
    if (known == null) {
      known = new LatinBytes(text.utf8());
      encoded.put(text, known);
    }
    return known;
  }

  /** A storage on an array of the pickle, whose length is a multiple of the type's. */
  TensorStorage storage(Bytes array, DType dtype, boolean bigEndian) {
    Bytes bytes =
        bigEndian && dtype.bytes() > 1
            ? swapped
                .computeIfAbsent(dtype.bytes(), width -> new IdentityHashMap<>())
                .computeIfAbsent(array, big -> new SwappedBytes(big, dtype.bytes()))
            : array;
    String key = keys.computeIfAbsent(bytes, any -> KEY + keys.size());
    storages.putIfAbsent(key, bytes);
    return new TensorStorage(key, dtype, 0, bytes.size() / dtype.bytes());
  }
}
