package curtain.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An open weights file: the dicts with tensors that it holds, and their values when they are asked
 * for.
 *
 * <p>It takes what {@code torch.save} writes (the zip of PyTorch 1.6 and later, and the older
 * format), a plain pickle with numpy arrays, and safetensors, whichever the content is. The file is
 * untrusted: nothing in it is run ({@link Unpickler} says why), and no length is believed.
 */
public final class Checkpoint implements Closeable {
  private final Path file;
  private final Closeable closeable;
  private final Contents contents;
  private final Map<String, Tensor> memory;
  private final Map<String, Bytes> storages = new HashMap<>();

  private Checkpoint(
      Path file, Closeable closeable, Contents contents, Map<String, Tensor> memory) {
    this.file = file;
    this.closeable = closeable;
    this.contents = contents;
    this.memory = memory;
  }

  /**
   * Opens a file and reads all but the values of its tensors.
   *
   * @throws WeightsException if it is missing, is no weights file, or is damaged; one line that
   *     names the file, and says what it is where that is known
   */
  public static Checkpoint open(Path file) throws WeightsException {
    if (Files.isDirectory(file)) {
      throw new WeightsException(file, ForeignFile.directory(file));
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) { // to read one may never end
      throw new WeightsException(file, "is a pipe or device: save it as a file");
    }
    try {
      FileBytes bytes = FileBytes.open(file);
      try {
        return new Checkpoint(file, bytes, read(file, bytes), Map.of());
      } catch (IOException | RuntimeException | Error e) {
        bytes.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** A state dict in memory, as if it had been read from a file. */
  public static Checkpoint of(StateDict weights, Path file) {
    TensorDict dict = new TensorDict(KeyPath.TOP);
    weights.tensors().forEach((name, tensor) -> dict.put(name, view(name, tensor)));
    Contents contents = new Contents(List.of(dict), Optional.empty(), Map.<String, Bytes>of()::get);
    return new Checkpoint(file, () -> {}, contents, weights.tensors());
  }

  private static TensorView view(String name, Tensor tensor) {
    try {
      return TensorView.whole(
          new TensorStorage(name, DType.FLOAT32, 0, tensor.values().length),
          Arrays.stream(tensor.shape()).asLongStream().boxed().toList());
    } catch (MalformedException e) {
      throw new IllegalStateException("a tensor larger than itself", e);
    }
  }

  /** The file, as it was given. */
  public Path file() {
    return file;
  }

  /** Says so where the file's name is that of one shard of several; a clause. */
  public Optional<String> shard() {
    return ForeignFile.shard(file);
  }

  /** The dicts that have tensors, the outermost first; each is there once. */
  public List<TensorDict> dicts() {
    return contents.dicts();
  }

  /** The class of a torch.nn.Module that was saved whole, if there is one. */
  public Optional<String> module() {
    return contents.module();
  }

  /**
   * Reads values. Takes memory for one copy of the floats, and some megabytes.
   *
   * @param dict one of {@link #dicts}
   * @param keys for each name of the result the entry of the dict, which can be read
   * @throws WeightsException if the file is damaged there, or its values do not fit the JVM's heap
   */
  public StateDict read(TensorDict dict, Map<String, String> keys) throws WeightsException {
    Map<String, TensorView> views = new LinkedHashMap<>();
    keys.forEach((name, key) -> views.put(name, dict.views().get(key)));
    try {
      return StateDict.of(values(views));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * Whether two entries that can be read have the same shape and values, NaNs being alike.
   *
   * @throws WeightsException as {@link #read}
   */
  public boolean same(TensorDict a, String keyA, TensorDict b, String keyB)
      throws WeightsException {
    TensorView first = a.views().get(keyA);
    TensorView second = b.views().get(keyB);
    if (first == null || second == null || first.equals(second)) {
      return first != null && second != null;
    }
    if (!first.size().equals(second.size())) {
      return false;
    }
    try {
      return Arrays.equals(
          values(Map.of(keyA, first)).get(keyA).values(),
          values(Map.of(keyB, second)).get(keyB).values());
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private Map<String, Tensor> values(Map<String, TensorView> views) throws IOException {
    if (!memory.isEmpty()) {
      Map<String, Tensor> values = new LinkedHashMap<>();
      views.forEach((name, view) -> values.put(name, memory.get(view.storage().key())));
      return values;
    }
    Set<String> used = new HashSet<>();
    for (TensorView view : views.values()) { // others, an optimizer's, are never read
      String key = view.storage().key();
      used.add(key);
      if (!storages.containsKey(key)) {
        storages.put(key, contents.storages().get(key));
      }
    }
    storages.keySet().retainAll(used); // a deflated one lies in memory
    return new TensorReader(storages).read(views);
  }

  private static WeightsException failed(Path file, IOException e) {
    if (e instanceof MalformedException) {
      return new WeightsException(file, e.getMessage(), e);
    }
    return e instanceof NoSuchFileException
        ? new WeightsException(file, "does not exist", e)
        : new WeightsException(file, "cannot be read: " + e.getMessage(), e);
  }

  private static Contents read(Path file, Bytes bytes) throws IOException {
    Optional<String> foreign = ForeignFile.of(file, bytes);
    if (foreign.isPresent()) {
      throw new MalformedException(foreign.get());
    }
    byte[] head = bytes.read(0, (int) Math.min(Long.BYTES + 1, bytes.size()));
    if (ForeignFile.startsWith(head, 0, "PK\3\4") || ForeignFile.startsWith(head, 0, "PK\5\6")) {
      return TorchZip.read(bytes);
    }
    if (ForeignFile.startsWith(head, Long.BYTES, "{")) {
      return Safetensors.read(bytes);
    }
    // A pickle of protocol 2 and later begins with byte 0x80; of 0 or 1, with the magic number or
    // with what a plain pickle puts first.
    if (head[0] == (byte) 0x80 || "Lc(}".indexOf(head[0]) >= 0) {
      return TorchLegacy.read(bytes);
    }
    throw new MalformedException("is no weights file: neither torch.save nor safetensors wrote it");
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    closeable.close();
  }
}
