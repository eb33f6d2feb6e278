package curtain.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names to tensors, in the file's order.
 *
 * <p>{@link #read} takes what {@code torch.save} writes (the zip of PyTorch 1.6 and later, and the
 * older format) and safetensors, whichever the content is. The state dict is looked for under
 * {@code state_dict}, then {@code model}, then at the top; {@code module.} in front of a name is
 * dropped, and so are entries that are not tensors.
 *
 * <p>The file is untrusted. Its pickle may name collections.OrderedDict, torch.Size, storage
 * classes, torch._utils._rebuild_tensor, _rebuild_tensor_v2 and _rebuild_parameter, set and
 * frozenset; any other global is an error that says its name, and nothing is ever run.
 */
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
   * Reads a weights file. Takes memory for one copy of the floats, and some megabytes.
   *
   * @param file a file that torch.save or safetensors wrote
   * @throws WeightsException if it is missing, is none, is damaged, asks for a global that is not
   *     allowed, holds no tensors, or does not fit the JVM's heap; one line that names the file
   */
  public static StateDict read(Path file) throws WeightsException {
    if (Files.isDirectory(file)) {
      throw new WeightsException(file, "is a directory, not a weights file");
    }
    try (FileBytes bytes = FileBytes.open(file)) {
      return new StateDict(read(bytes));
    } catch (MalformedException e) {
      throw new WeightsException(file, e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new WeightsException(file, "does not exist", e);
    } catch (IOException e) {
      throw new WeightsException(file, "cannot be read: " + e.getMessage(), e);
    }
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

  private static Map<String, Tensor> read(Bytes file) throws IOException {
    byte[] head = file.read(0, (int) Math.min(512, file.size()));
    if (startsWith(head, 0, "PK\3\4") || startsWith(head, 0, "PK\5\6")) {
      return TorchZip.read(file);
    }
    if (startsWith(head, 257, "ustar")) {
      throw new MalformedException(
          "is a tar archive; the one that PyTorch before 0.1.10 wrote is not read:"
              + " load and save it with a later one");
    }
    if (startsWith(head, Long.BYTES, "{")) {
      return Safetensors.read(file);
    }
    // A pickle of protocol 2 and later begins with byte 0x80; of 0 or 1, with the magic number or
    // with what a plain pickle puts first, which is read so that its error can name the global.
    if (head.length > 0 && (head[0] == (byte) 0x80 || "Lc(".indexOf(head[0]) >= 0)) {
      return TorchLegacy.read(file);
    }
    throw new MalformedException(
        head.length == 0
            ? "is empty"
            : "is no weights file: neither torch.save nor safetensors wrote it");
  }

  private static boolean startsWith(byte[] head, int at, String text) {
    byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= at + expected.length
        && Arrays.equals(head, at, at + expected.length, expected, 0, expected.length);
  }
}
