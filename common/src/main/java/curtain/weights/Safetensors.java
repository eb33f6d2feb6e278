package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The safetensors format: the header's length as a little-endian u64, the header, the tensors'
 * bytes. The tensors must fill the rest of the file, in any order, without holes or overlaps.
 */
final class Safetensors {
  private static final int LARGEST_HEADER = 16 << 20;

  private Safetensors() {}

  static Contents read(Bytes file) throws IOException {
    ByteBuffer prefix = ByteBuffer.wrap(file.read(0, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    long length = prefix.getLong();
    if (length < 0 || length > file.size() - Long.BYTES || length > LARGEST_HEADER) {
      throw new MalformedException(
          "is damaged or cut short: its safetensors header claims "
              + Long.toUnsignedString(length)
              + " bytes");
    }
    String text = PickleInput.utf8(file.read(Long.BYTES, (int) length));
    List<SafetensorsHeader.Item> items = new SafetensorsHeader(text).parse();
    long start = Long.BYTES + length;
    checkOffsets(items, file.size() - start);

    TensorDict dict = new TensorDict(KeyPath.TOP);
    Map<String, Bytes> storages = new HashMap<>();
    for (SafetensorsHeader.Item item : items) {
      Bytes bytes = file.slice(start + item.begin(), item.end() - item.begin());
      if (item.dtype().isEmpty()) {
        dict.putUnreadable(
            item.name(),
            "of type " + MalformedException.quote(item.type()) + ": convert it to F32");
        continue;
      }
      DType dtype = item.dtype().get();
      TensorStorage storage =
          new TensorStorage(item.name(), dtype, 0, bytes.size() / dtype.bytes());
      TensorView view = TensorView.whole(storage, item.shape());
      if ((long) view.elements() * dtype.bytes() != bytes.size()) {
        throw new MalformedException(
            "is damaged: the shape of "
                + MalformedException.quote(item.name())
                + " does not fit its "
                + bytes.size()
                + " bytes");
      }
      storages.put(item.name(), bytes);
      dict.put(item.name(), view);
    }
    return new Contents(
        dict.entries().isEmpty() ? List.of() : List.of(dict), Optional.empty(), storages::get);
  }

  private static void checkOffsets(List<SafetensorsHeader.Item> items, long bytes)
      throws MalformedException {
    List<SafetensorsHeader.Item> sorted = new ArrayList<>(items);
    sorted.sort(
        Comparator.comparingLong(SafetensorsHeader.Item::begin)
            .thenComparingLong(SafetensorsHeader.Item::end));
    long end = 0;
    for (SafetensorsHeader.Item item : sorted) {
      if (item.begin() != end || item.end() < item.begin()) {
        throw new MalformedException(
            "is damaged: the bytes of "
                + MalformedException.quote(item.name())
                + " overlap others, or leave a hole");
      }
      end = item.end();
    }
    if (end != bytes) {
      throw new MalformedException(
          "is damaged or cut short: its header describes "
              + end
              + " bytes of tensors where there are "
              + bytes);
    }
  }
}
