package curtain.weights;

import java.util.Optional;

/**
 * The globals that a pickle may name. Each is a name for a rule of ours and nothing else: no class
 * is looked up, none instantiated.
 */
enum Global {
  ORDERED_DICT("collections", "OrderedDict"),
  SIZE("torch", "Size"),
  SET("builtins", "set"),
  FROZEN_SET("builtins", "frozenset"),
  REBUILD_TENSOR("torch._utils", "_rebuild_tensor"),
  REBUILD_TENSOR_V2("torch._utils", "_rebuild_tensor_v2"),
  REBUILD_PARAMETER("torch._utils", "_rebuild_parameter");

  private final String module;
  private final String title;

  Global(String module, String title) {
    this.module = module;
    this.title = title;
  }

  /** A storage class, of any device: a name for an element type. */
  record StorageClass(DType dtype) {}

  /**
   * Finds what a pickle names.
   *
   * @return a {@code Global} or a {@code StorageClass}
   * @throws MalformedException for every other name, which it says
   */
  static Object find(String module, String name) throws MalformedException {
    // Python 2, and protocols up to 2, spell the module of set and frozenset in the old way.
    String spelled = module.equals("__builtin__") ? "builtins" : module;
    for (Global global : values()) {
      if (global.module.equals(spelled) && global.title.equals(name)) {
        return global;
      }
    }
    if (module.equals("torch") || module.equals("torch.cuda")) {
      Optional<DType> dtype = DType.ofStorageClass(name);
      if (dtype.isPresent()) {
        return new StorageClass(dtype.get());
      }
    }
    if (module.equals("torch.storage")
        && (name.equals("UntypedStorage") || name.equals("_UntypedStorage"))) {
      return new StorageClass(DType.UINT8); // PyTorch reads it as bytes
    }
    throw refuse(module + "." + name);
  }

  static MalformedException refuse(String name) {
    return new MalformedException(
        "asks for "
            + MalformedException.quote(name)
            + ", which weights do not need and which is not run: save the state dict alone,"
            + " torch.save(model.state_dict(), ...)");
  }

  @Override
  public String toString() {
    return module + "." + title;
  }
}
