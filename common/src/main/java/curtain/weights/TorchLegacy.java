package curtain.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The format of {@code torch.save} before PyTorch 1.6: pickles of a magic number, a protocol
 * number, facts of the system, the object, and the storages' keys; then for each key the number of
 * elements as int64 and the elements. A plain pickle of a dict is read, too: there, only numpy's
 * arrays have values.
 */
final class TorchLegacy {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private TorchLegacy() {}

  static Contents read(Bytes file) throws IOException {
    Declarations declarations = new Declarations();
    PickleInput in = new PickleInput(file);
    Unpickler unpickler = new Unpickler(in, declarations);
    Object first = unpickler.load();
    if (first instanceof PyDict || first instanceof Opaque) { // of pickle.dump, with numpy's arrays
      return Contents.of(first, declarations.memory(), key -> Bytes.of(new byte[0]));
    }
    if (!MAGIC.equals(first)) {
      throw new MalformedException(
          "is a pickle, but not one that torch.save wrote: save the state dict with it,"
              + " torch.save(model.state_dict(), 'weights.pth')");
    }
    if (!Long.valueOf(PROTOCOL).equals(unpickler.load())) {
      throw new MalformedException("is of a torch.save protocol other than " + PROTOCOL);
    }
    if (!(unpickler.load() instanceof PyDict system)) {
      throw new MalformedException("is damaged: it lacks the facts of the system that wrote it");
    }
    if (Boolean.FALSE.equals(system.entries().get("little_endian"))) {
      throw new MalformedException(
          "was written on a big-endian machine: load and save it on a little-endian one");
    }
    Object top = unpickler.load();
    if (!(unpickler.load() instanceof List<?> keys)) {
      throw new MalformedException("is damaged: it lacks the list of its storages");
    }
    Map<String, Bytes> storages = locate(file, in.position(), keys, declarations.storages());
    return Contents.of(top, declarations.memory(), storages::get);
  }

  private static Map<String, Bytes> locate(
      Bytes file, long start, List<?> keys, Map<String, TensorStorage> declared)
      throws IOException {
    Map<String, Bytes> located = new HashMap<>();
    long position = start;
    for (Object key : keys) {
      TensorStorage storage = key instanceof String name ? declared.get(name) : null;
      if (storage == null || located.containsKey(storage.key())) {
        throw new MalformedException(
            "is damaged: its list of storages does not fit those that its tensors use");
      }
      ByteBuffer count = ByteBuffer.wrap(file.read(position, Long.BYTES));
      if (count.order(ByteOrder.LITTLE_ENDIAN).getLong() != storage.count()) {
        throw Declarations.sized(storage.key(), storage.count());
      }
      Bytes bytes = file.slice(position + Long.BYTES, storage.count() * storage.dtype().bytes());
      located.put(storage.key(), bytes);
      position += Long.BYTES + bytes.size();
    }
    if (located.size() != declared.size()) {
      throw new MalformedException(
          "is damaged: its list of storages does not fit those that its tensors use");
    }
    return located;
  }
}
