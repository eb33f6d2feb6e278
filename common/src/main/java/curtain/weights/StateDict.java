package curtain.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names to tensors, in the file's order. */
public final class StateDict {
  private static final String PARALLEL = "module.";

  private final Map<String, Tensor> tensors;

  private StateDict(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /** A state dict of these tensors, in the map's order; the map is copied. */
  public static StateDict of(Map<String, Tensor> tensors) {
    return new StateDict(new LinkedHashMap<>(tensors));
  }

  /**
   * Reads the state dict that a file has in the usual place, where no network says what it asks
   * for: under {@code state_dict}, else under {@code model}, else at the top. {@code module.} in
   * front of a name is dropped, and so are entries that cannot be read.
   *
   * @throws WeightsException as {@link Checkpoint#open} and {@link Checkpoint#read}, and if it
   *     holds no tensors there
   */
  public static StateDict read(Path file) throws WeightsException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      for (String key : List.of("state_dict", "model", "")) {
        for (TensorDict dict : checkpoint.dicts()) {
          if (dict.key().equals(key) && !dict.views().isEmpty()) {
            return checkpoint.read(dict, names(file, dict));
          }
        }
      }
      throw new WeightsException(
          file, "holds no tensors under 'state_dict', under 'model' or at the top");
    } catch (WeightsException e) {
      throw e;
    } catch (IOException e) {
      throw new WeightsException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> names(Path file, TensorDict dict) throws WeightsException {
    Map<String, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, StoredTensor> entry : dict.entries().entrySet()) {
      String key = entry.getKey();
      String name = key.startsWith(PARALLEL) ? key.substring(PARALLEL.length()) : key;
      if (entry.getValue().problem().isEmpty() && names.put(name, key) != null) {
        throw new WeightsException(file, "has two entries named " + MalformedException.quote(name));
      }
    }
    return names;
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
