package curtain.images.source;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A set of ids in 32 to 64 bytes each, whatever their lengths: by 128 bits of their SHA-256, which
 * nobody can make equal for two of them.
 */
final class IdSet {
  private static final int FIRST = 1 << 10;

  private final MessageDigest digest;
  private long[] keys = new long[2 * FIRST]; // pairs; of zeros where there is none
  private int size;

  IdSet() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) { // every Java has it
      throw new IllegalStateException(e);
    }
  }

  /** Adds an id, unless it is there; returns whether it was not. */
  boolean add(String id) {
    ByteBuffer hash = hash(id);
    long first = hash.getLong();
    long second = hash.getLong() | 1; // never zero
    int at = find(keys, first, second);
    if (keys[at + 1] != 0) {
      return false;
    }
    keys[at] = first;
    keys[at + 1] = second;
    size++;
    if (4 * size > keys.length) {
      grow();
    }
    return true;
  }

  /** Whether an id is there. */
  boolean contains(String id) {
    ByteBuffer hash = hash(id);
    long first = hash.getLong();
    return keys[find(keys, first, hash.getLong() | 1) + 1] != 0;
  }

  private ByteBuffer hash(String id) {
    // char by char, for no charset has halves of surrogate pairs
    ByteBuffer chars = ByteBuffer.allocate(2 * id.length());
    chars.asCharBuffer().put(id);
    return ByteBuffer.wrap(digest.digest(chars.array()));
  }

  /** Where a key is, or would be. */
  private static int find(long[] keys, long first, long second) {
    int mask = keys.length / 2 - 1;
    int slot = (int) first & mask;
    while (keys[2 * slot + 1] != 0 && (keys[2 * slot] != first || keys[2 * slot + 1] != second)) {
      slot = (slot + 1) & mask;
    }
    return 2 * slot;
  }

  private void grow() {
    long[] more = new long[2 * keys.length];
    for (int i = 0; i < keys.length; i += 2) {
      if (keys[i + 1] != 0) {
        int at = find(more, keys[i], keys[i + 1]);
        more[at] = keys[i];
        more[at + 1] = keys[i + 1];
      }
    }
    keys = more;
  }
}
