package curtain.weights;

import java.util.List;
import java.util.Map;

/**
 * What a pickle makes of a global that means nothing here: the name itself, an object of it, or
 * what a call of it returns. It is its name and no more: the name is looked up nowhere, and
 * arguments and state are dropped. Items are kept, for classes that extend dict.
 */
final class Opaque {
  private static final String SAVE = ": save ";

  private final String name;
  private boolean module;
  private PyDict items;

  Opaque(String name) {
    this.name = name;
  }

  /** The global's name with its module, as the pickle spells it. */
  String name() {
    return name;
  }

  /** Whether it was given the state of a torch.nn.Module. */
  boolean module() {
    return module;
  }

  /** The items that were set, by key. */
  Map<String, Object> items() {
    return items == null ? Map.of() : items.entries();
  }

  /** What it is and what to do, where a weight is needed; a clause that follows "is". */
  String problem() {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "_rebuild_qtensor" -> "a quantised tensor" + SAVE + "tensor.dequantize()";
      case "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor" ->
          "a sparse tensor" + SAVE + "tensor.to_dense()";
      default -> "a Python object, " + MalformedException.quote(name) + SAVE + "a float tensor";
    };
  }

  /**
   * The object that a call makes; factories of copyreg make one of the class that they are given.
   */
  Opaque call(Object arguments) {
    return name.startsWith("copy")
            && arguments instanceof PyTuple args
            && args.size() > 0
            && args.get(0) instanceof Opaque type
        ? new Opaque(type.name)
        : new Opaque(name);
  }

  /** Takes the state of opcode BUILD: only whether it is a module's is looked at. */
  void state(Object state) {
    module |= state instanceof PyDict dict && dict.entries().containsKey("_modules");
  }

  /** Keeps an item under a string; others are dropped. */
  void put(Object key, Object value) throws MalformedException {
    if (items == null) {
      items = new PyDict(false);
    }
    if (!(key instanceof PyDict) && !(key instanceof List<?>)) {
      items.put(key, value);
    }
  }
}
