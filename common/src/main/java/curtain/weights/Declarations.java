package curtain.weights;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pickle declares: its storages, by key, and what its calls of globals make. */
final class Declarations {
  /** The most characters of a storage's key, a number; to compare long ones takes long. */
  private static final int LONGEST_KEY = 200;

  private final NumpyBytes memory = new NumpyBytes();
  private final Map<String, TensorStorage> storages = new LinkedHashMap<>();

  /** The whole storages in order of their first mention. */
  Map<String, TensorStorage> storages() {
    return Collections.unmodifiableMap(storages);
  }

  /** The bytes that lie in the pickle itself. */
  NumpyBytes memory() {
    return memory;
  }

  /**
   * The storage that a persistent id names: ("storage", class, key, location, count), in the old
   * format with a sixth item, None or (view key, offset, count). The location, a device, is not
   * looked at. One of an unknown class is opaque. The old format has the classes of modules as
   * ("module", class, file, source), which are opaque, too.
   *
   * @throws MalformedException if the id is another, or contradicts an earlier one
   */
  Object persistent(Object id) throws MalformedException {
    if (id instanceof PyTuple tuple
        && tuple.size() == 4
        && "module".equals(tuple.get(0))
        && tuple.get(1) instanceof Opaque type) {
      return type;
    }
    if (!(id instanceof PyTuple tuple)
        || (tuple.size() != 5 && tuple.size() != 6)
        || !"storage".equals(tuple.get(0))
        || !(tuple.get(2) instanceof String key)
        || key.startsWith(NumpyBytes.KEY)
        || key.length() > LONGEST_KEY
        || !(tuple.get(4) instanceof Long count)) {
      throw new MalformedException("has a persistent id that is not a storage's");
    }
    if (tuple.get(1) instanceof Opaque other) {
      return other;
    }
    if (!(tuple.get(1) instanceof Global.StorageClass type)) {
      throw new MalformedException("has a persistent id that is not a storage's");
    }
    TensorStorage whole = new TensorStorage(key, type.dtype(), 0, count);
    if (count < 0 || count > Long.MAX_VALUE / type.dtype().bytes()) {
      throw sized(key, count);
    }
    TensorStorage known = storages.putIfAbsent(key, whole);
    if (known != null && !known.equals(whole)) {
      throw new MalformedException(
          "declares storage " + MalformedException.quote(key) + " twice, and not alike");
    }
    return tuple.size() == 6 && tuple.get(5) != null ? part(whole, tuple.get(5)) : whole;
  }

  private static TensorStorage part(TensorStorage whole, Object view) throws MalformedException {
    if (!(view instanceof PyTuple tuple)
        || tuple.size() != 3
        || !(tuple.get(1) instanceof Long start)
        || !(tuple.get(2) instanceof Long count)) {
      throw new MalformedException("has a persistent id that is not a storage's");
    }
    if (start < 0 || count < 0 || count > whole.count() || start > whole.count() - count) {
      throw sized(whole.key(), count);
    }
    return new TensorStorage(whole.key(), whole.dtype(), start, count);
  }

  static MalformedException sized(String key, long count) {
    return new MalformedException(
        "declares "
            + count
            + " elements for storage "
            + MalformedException.quote(key)
            + ", which the file does not hold");
  }

  /**
   * What a call of a global makes; nothing is run.
   *
   * @param copied receives how many items the call copied
   * @throws MalformedException if the callee is no global, or the arguments are not those it takes
   */
  Object call(Object callee, Object arguments, Work copied) throws IOException {
    if (callee instanceof Opaque opaque) {
      return opaque.call(arguments);
    }
    if (!(callee instanceof Global global)) {
      throw new MalformedException("has a pickle that calls what cannot be called");
    }
    if (!(arguments instanceof PyTuple args)) {
      throw wrong(global);
    }
    return switch (global) {
      case ORDERED_DICT -> orderedDict(args, copied);
      case SIZE -> size(args);
      case DEFAULT_DICT -> new PyDict(true);
      case SET, FROZEN_SET -> PySet.INSTANCE;
      case BYTES, BYTE_ARRAY, ENCODE -> bytes(global, args);
      case REBUILD_TENSOR -> tensor(global, args, 4, 4);
      case REBUILD_TENSOR_V2 -> tensor(global, args, 6, 7);
      case REBUILD_PARAMETER -> {
        if (args.size() != 3
            || !(args.get(0) instanceof TensorView
                || args.get(0) instanceof NumpyArray
                || args.get(0) instanceof Opaque)) {
          throw wrong(global);
        }
        yield args.get(0);
      }
      case REBUILD_PARAMETER_WITH_STATE -> args.size() == 4 ? args.get(0) : global.opaque();
      case REBUILD_FROM_TYPE, REBUILD_FROM_TYPE_V2 -> typed(global, args, copied);
      case XLA_TENSOR, DEVICE_TENSOR_FROM_NUMPY, DEVICE_TENSOR_FROM_CPU -> onDevice(global, args);
      case NUMPY_TYPE ->
          args.size() > 0 && args.get(0) instanceof String code
              ? new NumpyType(code)
              : global.opaque();
      case NUMPY_ARRAY -> new NumpyArray();
      case NUMPY_FROM_BUFFER -> {
        NumpyArray array = new NumpyArray();
        array.buffer(args, memory);
        yield array;
      }
    };
  }

  /** bytes(), bytearray(bytes), and a Latin-1 text with its encoding. */
  private Object bytes(Global global, PyTuple args) throws IOException {
    if (args.size() == 0) {
      return Bytes.of(new byte[0]);
    }
    if (args.size() == 1 && args.get(0) instanceof Bytes bytes) {
      return bytes;
    }
    if (args.size() == 2
        && args.get(1) instanceof String encoding
        && encoding.startsWith("latin")) {
      if (args.get(0) instanceof String text) {
        return memory.latin(text);
      }
      if (args.get(0) instanceof LongText text) {
        return memory.latin(text);
      }
    }
    return global.opaque();
  }

  /** (function, class, its arguments, state): a tensor of a class that extends Tensor. */
  private Object typed(Global global, PyTuple args, Work copied) throws IOException {
    if (args.size() != 4
        || (args.get(0) != Global.REBUILD_TENSOR_V2 && args.get(0) != Global.REBUILD_PARAMETER)) {
      return args.size() > 0 && args.get(0) instanceof Opaque function
          ? function.again()
          : global.opaque();
    }
    return call(args.get(0), args.get(2), copied);
  }

  /**
   * (values, dtype, device, whether a gradient is wanted): a tensor of a device whose memory
   * torch.save cannot read, a TPU's say, as its copy in numpy or on the CPU. The copy of bfloat16,
   * which numpy has not, is float32 with the same values, so that the dtype is not needed.
   */
  private static Object onDevice(Global global, PyTuple args) {
    boolean copy =
        args.size() == 4
            && (args.get(0) instanceof TensorView || args.get(0) instanceof NumpyArray);
    return copy ? args.get(0) : global.opaque();
  }

  /** OrderedDict(), or as Python 2 wrote it OrderedDict([[key, value], ...]). */
  private static PyDict orderedDict(PyTuple args, Work copied) throws MalformedException {
    PyDict dict = new PyDict(true);
    if (args.size() == 0) {
      return dict;
    }
    if (args.size() != 1 || !(args.get(0) instanceof List<?> items)) {
      throw wrong(Global.ORDERED_DICT);
    }
    copied.spend(items.size());
    for (Object item : items) {
      if (item instanceof PyTuple pair && pair.size() == 2) {
        dict.put(pair.get(0), pair.get(1));
      } else if (item instanceof List<?> pair && pair.size() == 2) {
        dict.put(pair.get(0), pair.get(1));
      } else {
        throw wrong(Global.ORDERED_DICT);
      }
    }
    return dict;
  }

  private static PyTuple size(PyTuple args) throws MalformedException {
    if (args.size() != 1 || !(args.get(0) instanceof PyTuple sizes)) {
      throw wrong(Global.SIZE);
    }
    return sizes;
  }

  /**
   * The tensor of the arguments (storage, offset, size, stride, ...). The rest, whether a gradient
   * is wanted and hooks, is not looked at. On an opaque storage it is opaque.
   */
  private static Object tensor(Global global, PyTuple args, int least, int most)
      throws MalformedException {
    if (args.size() >= least && args.get(0) instanceof Opaque storage) {
      return storage.again();
    }
    if (args.size() < least
        || args.size() > most
        || !(args.get(0) instanceof TensorStorage storage)
        || !(args.get(1) instanceof Long offset)
        || !(args.get(2) instanceof PyTuple sizes)
        || !(args.get(3) instanceof PyTuple strides)) {
      throw wrong(global);
    }
    if (sizes.size() > 64 || strides.size() > 64) { // before the items are copied
      throw wrong(global);
    }
    List<Long> size = sizes.integers();
    return TensorView.of(storage, offset, size, strides.integers());
  }

  private static MalformedException wrong(Global global) {
    return new MalformedException("has a pickle that calls " + global + " in an unknown way");
  }

  /** A set or frozenset, whose items are not kept. */
  enum PySet {
    INSTANCE
  }

  /** A number in a long row of numbers, which is no part of a tensor's size. */
  enum DroppedNumber {
    INSTANCE
  }

  /** What bounds the time and memory that one file can take. */
  interface Work {
    void spend(long items) throws MalformedException;
  }
}
