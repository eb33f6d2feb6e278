package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Big-endian elements as little-endian ones, swapped whenever they are read.
 *
 * @param big the elements; reads are of whole ones
 * @param width bytes of an element
 */
record SwappedBytes(Bytes big, int width) implements Bytes {
  @Override
  public long size() {
    return big.size();
  }

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    int start = into.position();
    big.read(position, into);
    for (int element = start; element + width <= into.position(); element += width) {
      for (int i = 0; i < width / 2; i++) {
        int mirrored = element + width - 1 - i;
        byte first = into.get(element + i);
        into.put(element + i, into.get(mirrored)).put(mirrored, first);
      }
    }
  }
}
