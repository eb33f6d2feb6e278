package curtain.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What people give for a weights file that is another: recognised by its first bytes, or its name
 * where the bytes say nothing. Texts are clauses that follow the file's name.
 */
final class ForeignFile {
  private static final int HEAD = 1 << 14;
  private static final int NAMES = 3;
  private static final String SAVE = "torch.save(model.state_dict(), 'weights.pth')";

  private static final Pattern SHARD =
      Pattern.compile("\"([^\"\\\\]{1,100}\\.(?:safetensors|bin|pth|pt))\"");
  private static final Pattern SHARD_NAME =
      Pattern.compile("(?i).*-\\d{1,9}-of-0*(\\d{1,9})\\.(safetensors|bin|pth|pt)");
  private static final Pattern TENSORFLOW_DATA = Pattern.compile(".*\\.data-\\d{5}-of-\\d{5}");
  private static final Pattern WEIGHTS =
      Pattern.compile("(?i).*\\.(pth|pt|th|ckpt|bin|safetensors|tar|pkl)");

  /**
   * First bytes, as Latin-1, and what they say; more than one kind may begin alike, so in order.
   */
  private static final List<Map.Entry<String, String>> MAGIC =
      List.of(
          Map.entry(
              "version https://git-lfs.github.com/spec/",
              "is a Git LFS pointer, not the file that it stands for: run 'git lfs pull' in its"
                  + " repository, or download the file itself"),
          Map.entry(
              "\u0089HDF\r\n",
              "is an HDF5 file, as Keras and TensorFlow write: load it there, and save the PyTorch"
                  + " model's state dict, "
                  + SAVE),
          Map.entry("\u0093NUMPY", "is a single numpy array (.npy), not a state dict: " + SAVE),
          Map.entry("GGUF", "is a GGUF file (llama.cpp), not a state dict of PyTorch"),
          Map.entry("PAR1", "is a Parquet file, not weights"),
          Map.entry("\u001f\u008b", "is compressed by gzip: unpack it first, with gunzip"),
          Map.entry("BZh", "is compressed by bzip2: unpack it first, with bunzip2"),
          Map.entry("\u00fd7zXZ", "is compressed by xz: unpack it first, with unxz"),
          Map.entry("(\u00b5/\u00fd", "is compressed by Zstandard: unpack it first, with unzstd"),
          Map.entry("7z\u00bc\u00af", "is a 7z archive: unpack it first"),
          Map.entry("Rar!", "is a RAR archive: unpack it first"),
          Map.entry("\u00ff\u00d8\u00ff", "is a JPEG image, not weights"),
          Map.entry("\u0089PNG", "is a PNG image, not weights"),
          Map.entry("%PDF", "is a PDF document, not weights"));

  private ForeignFile() {}

  /** What the file is, if that is no weights file and known. */
  static Optional<String> of(Path file, Bytes bytes) throws IOException {
    if (bytes.size() == 0) {
      return Optional.of("is empty: its download or copy came to nothing, so repeat it");
    }
    byte[] head = bytes.read(0, (int) Math.min(HEAD, bytes.size()));
    String text = new String(head, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> magic : MAGIC) {
      if (text.startsWith(magic.getKey())) {
        return Optional.of(magic.getValue());
      }
    }
    if (startsWith(head, 257, "ustar")) {
      return Optional.of(
          "is a tar archive: unpack it, and give the weights file in it (the archive that PyTorch"
              + " before 0.1.10 wrote is not read: load and save it with a later one)");
    }
    Optional<String> tensorFlow = tensorFlow(file, bytes, head);
    return tensorFlow.isPresent()
        ? tensorFlow
        : isText(head) ? Optional.of(text(text)) : binary(head);
  }

  private static Optional<String> tensorFlow(Path file, Bytes bytes, byte[] head)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    byte[] tail = bytes.read(Math.max(0, bytes.size() - 8), (int) Math.min(8, bytes.size()));
    boolean index = // the magic number of a LevelDB table
        new String(tail, StandardCharsets.ISO_8859_1).equals("W\u00fb\u0080\u008b$uG\u00db");
    boolean ours = startsWith(head, 0, "PK") || head[0] == (byte) 0x80;
    return index
            || startsWith(head, 4, "TFL3")
            || (!ours && (TENSORFLOW_DATA.matcher(name).matches() || name.endsWith(".pb")))
        ? Optional.of(
            "is a checkpoint or graph of TensorFlow: convert it to PyTorch, and save the state"
                + " dict, "
                + SAVE)
        : Optional.empty();
  }

  /** Whether all is printable; pickles of protocol 0 are, and end lines early. */
  private static boolean isText(byte[] head) {
    boolean bom = startsWith(head, 0, "\u00ef\u00bb\u00bf");
    for (int i = bom ? 3 : 0; i < Math.min(head.length, 512); i++) {
      int b = head[i] & 0xff;
      if (b < 0x20 && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    String start = start(new String(head, StandardCharsets.ISO_8859_1));
    boolean pickle = !start.isEmpty() && "Lc(}".indexOf(head[0]) >= 0 && start.indexOf('\n') < 40;
    return !start.isEmpty() && ("<{[".indexOf(start.charAt(0)) >= 0 || !pickle);
  }

  private static String start(String text) {
    return (text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text).stripLeading();
  }

  private static String text(String text) {
    String start = start(text);
    if (start.startsWith("<?xml") && !start.contains("<Error>") && !start.contains("<html")) {
      return start.contains("<net ")
          ? "is a network of OpenVINO: save the state dict of the PyTorch model that it was made"
              + " from, "
              + SAVE
          : "is XML text, not weights";
    }
    if (start.startsWith("<")) {
      return "is a web page, not the file: its address wants a login or a confirmation, or has"
          + " nothing there; open it in a browser, and download the file itself";
    }
    if (start.startsWith("{") || start.startsWith("[")) {
      Matcher shard = SHARD.matcher(start);
      return start.contains("\"weight_map\"")
          ? "is the index of weights in several files"
              + (shard.find()
                  ? ", " + MalformedException.quote(shard.group(1)) + " among them"
                  : "")
              + ": load these in Python, and save one state dict, "
              + SAVE
          : "is JSON text, not weights: a configuration, or a server's error";
    }
    if (start.startsWith("model_checkpoint_path")) {
      return "is the list of checkpoints of TensorFlow: convert one to PyTorch, and save the state"
          + " dict, "
          + SAVE;
    }
    String line = start.lines().findFirst().orElse("").strip();
    return "is a text file, not weights; it begins with "
        + MalformedException.quote(line.length() > 40 ? line.substring(0, 40) : line);
  }

  private static Optional<String> binary(byte[] head) {
    int first = head[0] & 0xff;
    int second = head.length > 1 ? head[1] & 0xff : 0;
    int third = head.length > 2 ? head[2] & 0xff : 0;
    boolean safetensors = startsWith(head, 8, "{");
    boolean fields = "\u0012\u001a\"*2:B".indexOf(third) >= 0; // of ModelProto, behind ir_version
    if (!safetensors && first == 8 && second > 0 && second < 32 && fields) {
      return Optional.of(
          "is an ONNX model: save the state dict of the PyTorch model that it was made from, "
              + SAVE);
    }
    boolean map = (first > 0x80 && first < 0x90) || first == 0xde || first == 0xdf;
    int key = first == 0xde ? 3 : first == 0xdf ? 5 : 1;
    int string = head.length > key ? head[key] & 0xff : 0;
    if (!safetensors && map && ((string >= 0xa0 && string < 0xc0) || string == 0xd9)) {
      return Optional.of(
          "is a msgpack file, as Flax (JAX) writes: load it there, and save the PyTorch model's"
              + " state dict, "
              + SAVE);
    }
    return Optional.empty();
  }

  /** What a zip archive without a pickle of torch.save is. */
  static String zip(List<String> names) {
    if (any(names, "model\\.weights\\.h5")) {
      return "is a Keras archive: convert the model to PyTorch, and save the state dict, " + SAVE;
    }
    if (any(
        names, "(.*/)?(serialized_exported_program\\.json|archive_format|models/model\\.json)")) {
      return "is a program of torch.export: save the state dict of its model, " + SAVE;
    }
    if (any(names, "(.*/)?(code/.*|model\\.json|constants\\.pkl)")) {
      return "is a TorchScript program, not a state dict: save that, in Python"
          + " torch.save(torch.jit.load('FILE').state_dict(), 'weights.pth')";
    }
    if (!names.isEmpty() && names.stream().allMatch(name -> name.endsWith(".npy"))) {
      return "is an archive of numpy arrays (.npz), not a state dict: " + SAVE;
    }
    List<String> weights =
        names.stream().filter(name -> WEIGHTS.matcher(name).matches()).limit(NAMES).toList();
    return "is a zip archive, but not one that torch.save wrote: it has no data.pkl"
        + (weights.isEmpty() ? "" : "; unpack it, and give what is in it: " + quoted(weights));
  }

  private static boolean any(List<String> names, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return names.stream().anyMatch(name -> compiled.matcher(name).matches());
  }

  /** What a directory is that was given for a weights file. */
  static String directory(Path directory) {
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names = files.map(file -> file.getFileName().toString()).sorted().limit(1000).toList();
    } catch (IOException e) {
      return "is a directory, not a weights file";
    }
    if (names.contains("data.pkl")) {
      return "is a directory, an unpacked file of torch.save: give the file as it was, or load and"
          + " save it in Python";
    }
    if (names.contains("saved_model.pb")) {
      return "is a directory, a SavedModel of TensorFlow: convert it to PyTorch, and save the state"
          + " dict, "
          + SAVE;
    }
    if (names.contains("_METADATA") || names.contains("_CHECKPOINT_METADATA")) {
      return "is a directory, a checkpoint of Orbax (JAX): convert it to PyTorch, and save the"
          + " state dict, "
          + SAVE;
    }
    List<String> weights =
        names.stream().filter(name -> WEIGHTS.matcher(name).matches()).limit(NAMES).toList();
    return "is a directory, not a weights file"
        + (weights.isEmpty() ? ": name the file" : ": name the file in it, " + quoted(weights));
  }

  /**
   * What a file's name says of it, where that is one of several that are one state dict together.
   */
  static Optional<String> shard(Path file) {
    Matcher name = SHARD_NAME.matcher(String.valueOf(file.getFileName()));
    return name.matches() && !name.group(1).equals("1")
        ? Optional.of(
            "by its name it is one of "
                + name.group(1)
                + " files that hold the weights together: load them all in Python, and save one"
                + " state dict, "
                + SAVE)
        : Optional.empty();
  }

  private static String quoted(List<String> names) {
    return names.stream().map(MalformedException::quote).collect(Collectors.joining(", "));
  }

  /** Whether Latin-1 text lies at an offset. */
  static boolean startsWith(byte[] head, int at, String text) {
    byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= at + expected.length
        && Arrays.equals(head, at, at + expected.length, expected, 0, expected.length);
  }
}
