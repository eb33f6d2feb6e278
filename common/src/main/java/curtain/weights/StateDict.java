package curtain.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names to tensors, in the file's order. */
public final class StateDict {
  private final Map<String, Tensor> tensors;

  private StateDict(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /** A state dict of these tensors, in the map's order; the map is copied. */
  public static StateDict of(Map<String, Tensor> tensors) {
    return new StateDict(new LinkedHashMap<>(tensors));
  }

  /**
   * Writes a safetensors file, every tensor as float32.
   *
   * @param file replaced if it is there
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if a name has characters other than letters, digits, dots and
   *     underscores
   */
  public void writeSafetensors(Path file) throws IOException {
    SafetensorsWriter.write(tensors, file);
  }

  /** The tensors by name; not to be modified. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }
}
