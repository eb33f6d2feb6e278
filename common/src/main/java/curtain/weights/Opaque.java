package curtain.weights;

import java.util.List;
import java.util.Map;

/**
 * What a pickle makes of a global that means nothing here: the name itself, an object of it, or
 * what a call of it returns. It is its name and no more: the name is looked up nowhere, and
 * arguments and state are dropped. Items are kept, for classes that extend dict.
 *
 * <p>The name is held as the pickle's own two texts and put together when it is asked for: a pickle
 * that recalls two long texts again and again takes no memory for them.
 */
final class Opaque {
  /** The most characters of a module's or a class's name; more are cut. */
  static final int LONGEST_NAME = 200;

  private static final String SAVE = ": save ";

  private final String module;
  private final String title;
  private boolean stateOfModule;
  private String problem = "";
  private PyDict items;

  /** What {@code module.title} names. */
  Opaque(String module, String title) {
    this.module = module;
    this.title = title;
  }

  /** The global's name with its module, as the pickle spells it. */
  String name() {
    return cut(module) + "." + cut(title);
  }

  private static String cut(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }

  /** Whether it was given the state of a torch.nn.Module. */
  boolean module() {
    return stateOfModule;
  }

  /** The items that were set, by key. */
  Map<String, Object> items() {
    return items == null ? Map.of() : items.entries();
  }

  /** What it is and what to do, where a weight is needed; a clause that follows "is". */
  String problem() {
    if (problem.isEmpty()) { // once, however many entries hold it
      problem =
          switch (title) {
            case "_rebuild_qtensor" -> "a quantised tensor" + SAVE + "tensor.dequantize()";
            case "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor" ->
                "a sparse tensor" + SAVE + "tensor.to_dense()";
            default ->
                "a Python object, " + MalformedException.quote(name()) + SAVE + "a float tensor";
          };
    }
    return problem;
  }

  /**
   * The object that a call makes; factories of copyreg make one of the class that they are given.
   */
  Opaque call(Object arguments) {
    return module.startsWith("copy")
            && arguments instanceof PyTuple args
            && args.size() > 0
            && args.get(0) instanceof Opaque type
        ? type.again()
        : again();
  }

  /** Another object of this name. */
  Opaque again() {
    return new Opaque(module, title);
  }

  /** Takes the state of opcode BUILD: only whether it is a module's is looked at. */
  void state(Object state) {
    stateOfModule |= state instanceof PyDict dict && dict.entries().containsKey("_modules");
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
