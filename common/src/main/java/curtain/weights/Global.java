package curtain.weights;

import java.util.Optional;

/**
 * The globals of a pickle that mean something here. Each is a name for a rule of ours and nothing
 * else: no class is looked up, none instantiated. Any other name is an {@link Opaque}.
 */
enum Global {
  ORDERED_DICT("collections", "OrderedDict"),
  SIZE("torch", "Size"),
  DEFAULT_DICT("collections", "defaultdict"),
  SET("builtins", "set"),
  FROZEN_SET("builtins", "frozenset"),
  BYTES("builtins", "bytes"),
  BYTE_ARRAY("builtins", "bytearray"),
  ENCODE("_codecs", "encode"),
  REBUILD_TENSOR("torch._utils", "_rebuild_tensor"),
  REBUILD_TENSOR_V2("torch._utils", "_rebuild_tensor_v2"),
  REBUILD_PARAMETER("torch._utils", "_rebuild_parameter"),
  REBUILD_PARAMETER_WITH_STATE("torch._utils", "_rebuild_parameter_with_state"),
  REBUILD_FROM_TYPE("torch._tensor", "_rebuild_from_type"),
  REBUILD_FROM_TYPE_V2("torch._tensor", "_rebuild_from_type_v2"),
  XLA_TENSOR("torch._utils", "_rebuild_xla_tensor"),
  DEVICE_TENSOR_FROM_NUMPY("torch._utils", "_rebuild_device_tensor_from_numpy"),
  DEVICE_TENSOR_FROM_CPU("torch._utils", "_rebuild_device_tensor_from_cpu_tensor"),
  NUMPY_TYPE("numpy", "dtype"),
  NUMPY_ARRAY("numpy.core.multiarray", "_reconstruct"),
  NUMPY_FROM_BUFFER("numpy.core.numeric", "_frombuffer");

  private static final String NUMPY_2 = "numpy._core.";

  private final String module;
  private final String title;

  Global(String module, String title) {
    this.module = module;
    this.title = title;
  }

  /** A storage class, of any device: a name for an element type. */
  record StorageClass(DType dtype) {}

  /**
   * What a pickle names: a {@code Global}, a {@code StorageClass}, or an {@code Opaque} of any
   * other name.
   */
  static Object find(String module, String name) {
    if (module.length() > Opaque.LONGEST_NAME || name.length() > Opaque.LONGEST_NAME) {
      return new Opaque(module, name); // before a long text is compared or copied
    }
    String spelled = spelled(module);
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
    return new Opaque(module, name);
  }

  private static String spelled(String module) {
    return switch (module) {
      case "__builtin__" -> "builtins"; // of Python 2, and of protocols up to 2
      case "torch.tensor" -> "torch._tensor"; // before PyTorch 1.9
      default ->
          module.startsWith(NUMPY_2) ? "numpy.core." + module.substring(NUMPY_2.length()) : module;
    };
  }

  /** What a call of it makes that means nothing here. */
  Opaque opaque() {
    return new Opaque(module, title);
  }

  @Override
  public String toString() {
    return module + "." + title;
  }
}
