package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.network.Architecture;
import curtain.network.FoundNetwork;
import curtain.network.Network;
import curtain.network.Normalisation;
import curtain.network.Operation;
import curtain.network.RandomNetworks;
import curtain.network.StateDictChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network's state dict, wherever and however training code leaves it in a file. */
@Tag("fast")
final class NetworkWeightsTest {
  @TempDir Path scratch;
  private final List<String> notes = new ArrayList<>();
  private final List<byte[]> storages = new ArrayList<>();
  private Map<String, Tensor> weights;
  private Map<String, Tensor> others;

  @BeforeEach
  void weights() throws WeightsException {
    weights = RandomNetworks.stateDict("demo_cnn", 1).tensors();
    others = RandomNetworks.stateDict("demo_cnn", 2).tensors();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "module.",
        "module.module.",
        "_orig_mod.",
        "model.",
        "net.encoder.",
        "_orig_mod.module.",
        "module._orig_mod.backbone.0.",
        "student_model."
      })
  void aPrefixDeterminesItself(String prefix) throws IOException {
    Map<String, Tensor> entries = prefixed(prefix, weights);
    entries.put("criterion.weight", Tensor.of(new int[] {10}, new float[10]));
    entries.put("n_averaged", Tensor.of(new int[0], new float[1]));
    FoundNetwork found = reads(dict(entries), StateDictChoice.AUTOMATIC);
    assertEquals(prefix, found.prefix());
    assertEquals("", found.key());
    assertEquals(List.of("criterion.weight", "n_averaged"), found.leftOut());
    assertEquals(1, notes.size(), notes.toString());
    assertTrue(notes.get(0).contains("2 entries (criterion.weight, n_averaged)"), notes.toString());
  }

  /** As DataParallel around a part of a network leaves them, and torch.compile of one. */
  @Test
  void wrappersWithinNames() throws IOException {
    reads(dict(renamed(name -> name.replaceFirst("^block\\.", "block.module."))), "");
    reads(dict(renamed(name -> "m." + name.replaceFirst("^block\\.", "block._orig_mod."))), "");
    reads(dict(renamed(name -> name.startsWith("fc") ? name : "module." + name)), "");
  }

  @Test
  void twoNetworksOfOneDictAreAQuestion() throws IOException {
    Map<String, Tensor> entries = prefixed("student.", weights);
    entries.putAll(prefixed("teacher.", others));
    byte[] top = dict(entries);
    String message = refuses(top, StateDictChoice.AUTOMATIC);
    assertTrue(message.contains("state-dict-prefix 'student.'"), message);
    assertTrue(message.contains("state-dict-prefix 'teacher.'"), message);
    reads(top, prefix("student."));
    reads(top, prefix("student"));
    assertTrue(refuses(top, prefix("nobody.")).contains("missing"), "no such prefix");
    Map<String, Tensor> equal = prefixed("student.", weights);
    equal.putAll(prefixed("teacher.", weights));
    reads(dict(equal), StateDictChoice.AUTOMATIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_state_dict",
        "net",
        "ema",
        "state_dict_ema",
        "checkpoint.model.state_dict",
        "a.b.c.d"
      })
  void aStateDictUnderAnotherKey(String key) throws IOException {
    byte[] value = dict(prefixed("module.", weights));
    List<String> keys = Pattern.compile("\\.").splitAsStream(key).toList();
    for (int i = keys.size() - 1; i >= 0; i--) {
      value =
          with()
              .raw('}', '(')
              .text("epoch")
              .integer(3)
              .text(keys.get(i))
              .bytes(value)
              .text("optimizer")
              .raw('}', 'u')
              .part();
    }
    FoundNetwork found = reads(value, StateDictChoice.AUTOMATIC);
    assertEquals(key, found.key());
    assertEquals("module.", found.prefix());
    assertEquals(List.of(), found.leftOut());
    assertEquals(List.of("the state dict is taken from '" + key + "'"), notes);
    notes.clear();
    reads(value, key(key));
    assertEquals(List.of(), notes);
    assertTrue(refuses(value, key("nowhere")).contains("but under " + key), "lists the keys");
  }

  @Test
  void inListsAndClassesThatExtendDict() throws IOException {
    reads(with().raw(']').bytes(dict(weights)).raw('a').part(), "'0'");
    reads(with().integer(4).bytes(dict(weights)).raw(0x86).part(), "'1'");
    reads(
        with()
            .global("my.code", "Config")
            .raw(')', 0x81)
            .text("net")
            .bytes(dict(weights))
            .raw('s')
            .part(),
        "'net'");
  }

  @Test
  void severalStateDicts() throws IOException {
    byte[] neither = pair("net", dict(weights), "ema", dict(others));
    String message = refuses(neither, StateDictChoice.AUTOMATIC);
    assertTrue(message.contains("state-dict-key net, or state-dict-key ema"), message);
    reads(neither, key("net"));
    reads(pair("state_dict_ema", dict(others), "state_dict", dict(weights)), "'state_dict'");
    assertTrue(notes.get(0).contains("state-dict-key state_dict_ema"), notes.toString());
    reads(pair("ema", dict(weights), "net", dict(weights)), "");
  }

  @Test
  void foreignObjectsBesideTheWeights() throws IOException {
    byte[] top =
        with()
            .raw('}', '(')
            .text("args")
            .global("argparse", "Namespace")
            .raw(')', 0x81, '}')
            .text("lr")
            .integer(1)
            .raw('s', 'b')
            .text("best")
            .global("numpy.core.multiarray", "scalar")
            .global("numpy", "dtype")
            .text("f8")
            .raw(0x89, 0x88, 0x87, 'R')
            .text("x")
            .raw(0x86, 'R')
            .text("path")
            .global("pathlib", "PosixPath")
            .text("/x")
            .raw(0x85, 'R')
            .text("dtype")
            .global("torch", "float32")
            .text("counts")
            .global("collections", "defaultdict")
            .global("builtins", "int")
            .raw(0x85, 'R')
            .text("k")
            .integer(1)
            .raw('s')
            .text("state_dict")
            .bytes(dict(weights))
            .raw('u')
            .part();
    reads(top, StateDictChoice.AUTOMATIC);
    assertEquals(List.of(), notes);
  }

  @Test
  void aWeightThatIsAnObjectIsNamed() throws IOException {
    Map<String, Tensor> most = new LinkedHashMap<>(weights);
    most.remove("fc.bias");
    byte[] quantised =
        with()
            .bytes(dict(most))
            .text("fc.bias")
            .global("torch._utils", "_rebuild_qtensor")
            .raw(')', 'R', 's')
            .part();
    String message = refuses(quantised, StateDictChoice.AUTOMATIC);
    assertTrue(message.contains("entry 'fc.bias' is a quantised tensor"), message);
    byte[] module =
        with()
            .global("my.code", "Net")
            .raw(')', 0x81, '}')
            .text("_modules")
            .raw('}', 's', 'b')
            .part();
    message = refuses(module, StateDictChoice.AUTOMATIC);
    assertTrue(message.contains("holds a whole module of class 'my.code.Net'"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<", ">"})
  void numpyArrays(String order) throws IOException {
    for (boolean columnMajor : new boolean[] {false, true}) {
      PickleWriter dict = with().raw('}', '(');
      for (Map.Entry<String, Tensor> entry : weights.entrySet()) {
        dict.text(entry.getKey()).bytes(array(entry.getValue(), order, columnMajor));
      }
      reads(dict.raw('u').part(), "");
    }
  }

  /** Of protocol 5: from a buffer, row-major, column-major, or with the axes in another order. */
  @ParameterizedTest
  @ValueSource(strings = {"C", "F", "K"})
  void numpyArraysFromBuffers(String order) throws IOException {
    PickleWriter dict = with().raw('}', '(');
    for (Map.Entry<String, Tensor> entry : weights.entrySet()) {
      dict.text(entry.getKey()).bytes(buffer(entry.getValue(), order));
    }
    reads(dict.raw('u').part(), "");
  }

  @Test
  void numpyArraysOfAxesThatAreNone() throws IOException {
    for (long[] axes : new long[][] {{0, 0}, {0}, {0, 2}, {-1, 0}, {0, 1, 2}}) {
      PickleWriter array =
          buffer(new long[] {2, 2}, new byte[16], "K").integers(axes).raw('t', 'R');
      byte[] top = with().raw('}').text("fc.weight").bytes(array.part()).raw('s').part();
      assertTrue(refuses(top, StateDictChoice.AUTOMATIC).contains("no tensors"), "no tensor");
    }
  }

  /** Keys that have dots, and the same keys in two dicts. */
  @Test
  void keysWithDots() throws IOException {
    reads(pair("a.b", dict(weights), "epoch", with().integer(1).part()), "'a\\.b'");
    reads(pair("a.b", dict(weights), "epoch", with().integer(1).part()), key("a.b"));
    byte[] inner = with().raw('}').text("b").bytes(dict(others)).raw('s').part();
    byte[] two = pair("a.b", dict(weights), "a", inner);
    String message = refuses(two, StateDictChoice.AUTOMATIC);
    assertTrue(message.contains("state-dict-key a\\.b, or state-dict-key a.b"), message);
    reads(two, key("a\\.b"));
    inner = with().raw('}').text("b").bytes(dict(weights)).raw('s').part();
    reads(pair("a.b", dict(others), "a", inner), key("a.b"));
  }

  /** One of several files, as transformers writes them. */
  @Test
  void oneShardIsNamed() throws IOException {
    Map<String, Tensor> most = new LinkedHashMap<>(weights);
    most.remove("fc.weight");
    most.remove("conv1.weight");
    Path file = write(dict(most));
    for (String name : List.of("model-00001-of-00002.safetensors", "pytorch_model-1-of-2.bin")) {
      Path shard = Files.copy(file, scratch.resolve(name));
      String message = refuses("demo_cnn", shard);
      assertTrue(message.contains("by its name it is one of 2 files"), message);
      assertEquals(1, message.lines().count(), message);
    }
    Path only = Files.copy(file, scratch.resolve("model-00001-of-00001.safetensors"));
    assertFalse(refuses("demo_cnn", only).contains("by its name"), "the only one");
  }

  /** What torch.save writes of tensors on a TPU and the like: a copy, type, device, gradient. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "_rebuild_xla_tensor",
        "_rebuild_device_tensor_from_numpy",
        "_rebuild_device_tensor_from_cpu_tensor"
      })
  void tensorsOfOtherDevices(String function) throws IOException {
    for (boolean parameter : new boolean[] {false, true}) {
      storages.clear();
      PickleWriter dict = with().raw('}', '(');
      weights.forEach(
          (name, tensor) -> {
            dict.text(name);
            if (parameter) {
              dict.global("torch._utils", "_rebuild_parameter").raw('(');
            }
            dict.global("torch._utils", function).raw('(');
            if (function.endsWith("cpu_tensor")) {
              tensor(dict, tensor);
            } else {
              dict.bytes(array(tensor, "<", false));
            }
            dict.global("torch", "float32").text("xla:1").raw(0x89, 't', 'R');
            if (parameter) {
              dict.raw(0x88).global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
            }
          });
      reads(dict.raw('u').part(), "");
    }
  }

  @Test
  void variancesWithoutARootAreRefused() throws IOException {
    Map<String, Tensor> resnet =
        new LinkedHashMap<>(RandomNetworks.stateDict("cifar_resnet20", 1).tensors());
    Tensor variance = resnet.get("layer2.1.bn1.running_var");
    float[] values = variance.values().clone();
    values[5] = -0.9e-5f; // the root of 1e-6
    resnet.put("layer2.1.bn1.running_var", Tensor.of(variance.shape(), values));
    Path file = write(dict(prefixed("module.", resnet)));
    Architecture.of("cifar_resnet20")
        .network(file, Normalisation.IMAGENET, StateDictChoice.AUTOMATIC, notes::add);
    values[5] = -1.1e-5f;
    values[6] = -2;
    storages.clear();
    String message = refuses("cifar_resnet20", write(dict(prefixed("module.", resnet))));
    assertTrue(
        message.contains(
            "entry 'module.layer2.1.bn1.running_var' has 2 of 32 variances below 0 (the least is -2.0)"),
        message);
  }

  @Test
  void wrongNetworks() throws IOException {
    Map<String, Tensor> deeper = RandomNetworks.stateDict("cifar_resnet32", 1).tensors();
    Path file = write(dict(prefixed("module.", deeper)));
    String message = refuses("cifar_resnet20", file);
    assertTrue(message.contains("unexpected (module.layer1.3.conv1.weight, "), message);
    assertTrue(message.contains("these are the weights of cifar_resnet32"), message);
    message = refuses("cifar_resnet44", file);
    assertTrue(message.contains("these are the weights of cifar_resnet32"), message);
    assertTrue(message.length() < 600, message);

    Map<String, Tensor> head = new LinkedHashMap<>(weights);
    head.put("fc.1.weight", head.remove("fc.weight"));
    head.put("fc.1.bias", head.remove("fc.bias"));
    storages.clear();
    message = refuses("demo_cnn", write(dict(head)));
    assertTrue(message.contains("only the head differs"), message);
    assertTrue(message.contains("fc.1.weight [10, 64]"), message);
  }

  @Test
  void valuesThatAreNotFiniteAreRefused() throws IOException {
    Map<String, Tensor> bad = new LinkedHashMap<>(weights);
    float[] values = bad.get("fc.bias").values().clone();
    values[3] = Float.NaN;
    values[4] = Float.POSITIVE_INFINITY;
    bad.put("fc.bias", Tensor.of(new int[] {10}, values));
    String message = refuses(dict(bad), StateDictChoice.AUTOMATIC);
    assertTrue(message.contains("'fc.bias' has 2 values that are NaN or infinite"), message);
  }

  private static PickleWriter with() {
    return new PickleWriter();
  }

  private static Map<String, Tensor> prefixed(String prefix, Map<String, Tensor> tensors) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> renamed.put(prefix + name, tensor));
    return renamed;
  }

  private Map<String, Tensor> renamed(UnaryOperator<String> name) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    weights.forEach((old, tensor) -> renamed.put(name.apply(old), tensor));
    return renamed;
  }

  private static StateDictChoice key(String key) {
    return new StateDictChoice(Optional.of(key), Optional.empty());
  }

  private static StateDictChoice prefix(String prefix) {
    return new StateDictChoice(Optional.empty(), Optional.of(prefix));
  }

  private byte[] dict(Map<String, Tensor> tensors) {
    PickleWriter dict = with().raw('}', '(');
    tensors.forEach(
        (name, tensor) -> {
          dict.text(name);
          tensor(dict, tensor);
        });
    return dict.raw('u').part();
  }

  private void tensor(PickleWriter to, Tensor tensor) {
    long[] size = Arrays.stream(tensor.shape()).asLongStream().toArray();
    String key = String.valueOf(storages.size());
    to.tensor("FloatStorage", key, tensor.values().length, 0, size, PickleWriter.rowMajor(size));
    storages.add(WeightsFiles.floats(tensor.values()));
  }

  private static byte[] pair(String a, byte[] valueA, String b, byte[] valueB) {
    return with().raw('}', '(').text(a).bytes(valueA).text(b).bytes(valueB).raw('u').part();
  }

  /** An array as numpy pickles it under protocol 2. */
  private static byte[] array(Tensor tensor, String order, boolean columnMajor) {
    float[] values = columnMajor ? columnMajor(tensor) : tensor.values();
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    bytes.order(order.equals("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return with()
        .global("numpy._core.multiarray", "_reconstruct")
        .global("numpy", "ndarray")
        .integers(0)
        .raw('C', 1, 'b', 0x87, 'R', '(')
        .integer(1)
        .integers(Arrays.stream(tensor.shape()).asLongStream().toArray())
        .global("numpy", "dtype")
        .text("f4")
        .raw(0x89, 0x88, 0x87, 'R', '(')
        .integer(3)
        .text(order)
        .raw('N', 'N', 'N', 't', 'b', columnMajor ? 0x88 : 0x89)
        .global("_codecs", "encode")
        .text(new String(bytes.array(), StandardCharsets.ISO_8859_1))
        .text("latin1")
        .raw(0x86, 'R', 't', 'b')
        .part();
  }

  /** An array as numpy pickles it under protocol 5; K exchanges the last two axes. */
  private static byte[] buffer(Tensor tensor, String order) {
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    if (!order.equals("K") || shape.length < 2) {
      String own = order.equals("K") ? "C" : order;
      float[] values = own.equals("F") ? columnMajor(tensor) : tensor.values();
      return buffer(shape, WeightsFiles.floats(values), own).raw('t', 'R').part();
    }
    int rows = tensor.shape()[shape.length - 2];
    int columns = tensor.shape()[shape.length - 1];
    float[] values = new float[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      int matrix = i / (rows * columns) * rows * columns;
      values[matrix + i % columns * rows + i / columns % rows] = tensor.values()[i];
    }
    long[] axes = LongStream.range(0, shape.length).toArray();
    shape[shape.length - 2] = columns;
    shape[shape.length - 1] = rows;
    axes[shape.length - 2]++;
    axes[shape.length - 1]--;
    return buffer(shape, WeightsFiles.floats(values), "K").integers(axes).raw('t', 'R').part();
  }

  private static PickleWriter buffer(long[] shape, byte[] bytes, String order) {
    return with()
        .global("numpy._core.numeric", "_frombuffer")
        .raw('(', 0x96)
        .int64(bytes.length)
        .bytes(bytes)
        .global("numpy", "dtype")
        .text("f4")
        .raw(0x89, 0x88, 0x87, 'R')
        .integers(shape)
        .text(order);
  }

  private static float[] columnMajor(Tensor tensor) {
    int[] shape = tensor.shape();
    float[] values = new float[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      int rest = i;
      int[] index = new int[shape.length];
      for (int d = shape.length - 1; d >= 0; d--) {
        index[d] = rest % shape[d];
        rest /= shape[d];
      }
      int at = 0;
      for (int d = shape.length - 1; d >= 0; d--) {
        at = at * shape[d] + index[d];
      }
      values[at] = tensor.values()[i];
    }
    return values;
  }

  private Path write(byte[] top) throws IOException {
    byte[] pickle = PickleWriter.protocol2().bytes(top).end();
    return Files.write(
        scratch.resolve("weights.pth"),
        ZipWriter.checkpoint(pickle, storages.toArray(new byte[0][])));
  }

  private FoundNetwork reads(byte[] top, StateDictChoice choice) throws IOException {
    FoundNetwork found =
        Architecture.of("demo_cnn").find(write(top), Normalisation.IMAGENET, choice, notes::add);
    Network network = found.network();
    assertEquals(10, network.classes());
    int last = network.indicesOf(Operation.Linear.class).get(0);
    Operation.Linear linear = (Operation.Linear) network.nodes().get(last).operation();
    assertArrayEquals(weights.get("fc.weight").values(), linear.weight());
    int first = network.indicesOf(Operation.Convolution.class).get(0);
    Operation.Convolution convolution =
        (Operation.Convolution) network.nodes().get(first).operation();
    assertArrayEquals(weights.get("conv1.weight").values(), convolution.weight());
    assertEquals(weights.size(), found.entries());
    return found;
  }

  /** The same, with a note that contains a text, of which an empty one asks for nothing. */
  private void reads(byte[] top, String note) throws IOException {
    notes.clear();
    reads(top, StateDictChoice.AUTOMATIC);
    assertTrue(note.isEmpty() || notes.get(0).contains(note), notes.toString());
  }

  private String refuses(byte[] top, StateDictChoice choice) throws IOException {
    Path file = write(top);
    Architecture network = Architecture.of("demo_cnn");
    WeightsException e =
        assertThrows(
            WeightsException.class,
            () -> network.network(file, Normalisation.IMAGENET, choice, notes::add));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  private static String refuses(String architecture, Path file) {
    return assertThrows(
            WeightsException.class,
            () -> Architecture.of(architecture).network(file, Normalisation.IMAGENET))
        .getMessage();
  }
}
