package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fuzz.Damage;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stack machine: what it takes, what it refuses, and that refusing costs little. */
@Timeout(60)
@Tag("fast")
final class UnpicklerTest {
  private static final long[] ONE = {1};

  @TempDir Path scratch;

  @Test
  void readsAStateDictWithMetadata() throws IOException {
    byte[] pickle =
        PickleWriter.protocol2()
            .global("collections", "OrderedDict")
            .raw(')', 'R', 'q', 0, '(')
            .text("module.b")
            .tensor("FloatStorage", "0", 6, 1, new long[] {2, 2}, new long[] {1, 2})
            .text("a")
            .tensor("FloatStorage", "0", 6, 5, new long[0], new long[0])
            .raw('u', '}')
            .text("_metadata")
            .global("collections", "OrderedDict")
            .raw(')', 'R', 's', 'b')
            .end();
    StateDict state =
        WeightsFiles.read(
            scratch, ZipWriter.checkpoint(pickle, WeightsFiles.floats(0, 1, 2, 3, 4, 5)));
    assertEquals(List.of("b", "a"), List.copyOf(state.tensors().keySet()));
    assertArrayEquals(new float[] {1, 3, 2, 4}, state.tensors().get("b").values());
    assertArrayEquals(new float[] {5}, state.tensors().get("a").values());
    assertEquals(0, state.tensors().get("a").shape().length);
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "nt, system",
    "builtins, eval",
    "__builtin__, eval",
    "builtins, getattr",
    "subprocess, Popen",
    "torch, load",
    "torch, Tensor",
    "torch.storage, TypedStorage",
    "torch.storage, _load_from_bytes",
    "torch.storage, FloatStorage",
    "torch.serialization, load",
    "torch._utils, _rebuild_qtensor",
    "torch._utils, _rebuild_tensor_v2.__globals__",
    "torch.nn.modules.linear, Linear",
    "collections, OrderedDict.__init__.__globals__",
    "Collections, OrderedDict",
    "java.lang, Runtime",
    "curtain.weights, Global",
  })
  void takesAForeignGlobalForAName(String module, String name) throws IOException {
    String canary = scratch.resolve("canary").toString();
    List<PickleWriter> values =
        List.of(
            new PickleWriter()
                .global(module, name)
                .text("touch " + canary)
                .raw(0x85, 'R'), // what __reduce__ gives
            new PickleWriter().text(module).text(name).raw(0x93).text("x").raw(0x85, 0x81),
            new PickleWriter().raw('(').text("x").ascii("i" + module + "\n" + name + "\n"),
            new PickleWriter().raw('(').global(module, name).text("x").raw('o'),
            new PickleWriter().global(module, name).raw(')', '}', 0x92),
            new PickleWriter().global(module, name));
    for (PickleWriter value : values) {
      byte[] pickle =
          PickleWriter.protocol2()
              .raw('}', '(')
              .text("other")
              .bytes(value.part())
              .text("w")
              .tensor("FloatStorage", "0", 1, 0, ONE, ONE)
              .raw('u')
              .end();
      StateDict state =
          WeightsFiles.read(scratch, ZipWriter.checkpoint(pickle, WeightsFiles.floats(1)));
      assertEquals(List.of("w"), List.copyOf(state.tensors().keySet()));
    }
    assertFalse(Files.exists(Path.of(canary)));
  }

  @Test
  void runsNoPlainPickleOfProtocol0() {
    byte[] pickle = "cos\nsystem\n(S'true'\ntR.".getBytes(StandardCharsets.ISO_8859_1);
    WeightsFiles.refuse(scratch, pickle, "holds no tensors");
  }

  @Test
  void readsStorageClassesOfOtherDevicesAndUntypedOnesAsBytes() throws IOException {
    byte[] pickle =
        PickleWriter.protocol2()
            .raw('}', '(')
            .text("gpu")
            .global("torch._utils", "_rebuild_tensor")
            .raw('(', '(')
            .text("storage")
            .global("torch.cuda", "FloatStorage")
            .text("0")
            .text("cuda:3")
            .integer(1)
            .raw('t', 'Q')
            .integer(0)
            .integers(1)
            .integers(1)
            .raw('t', 'R')
            .text("bytes")
            .global("torch._utils", "_rebuild_parameter")
            .raw('(')
            .global("torch._utils", "_rebuild_tensor")
            .raw('(', '(')
            .text("storage")
            .global("torch.storage", "UntypedStorage")
            .text("1")
            .text("cpu")
            .integer(2)
            .raw('t', 'Q')
            .integer(0)
            .integers(2)
            .integers(1)
            .raw('t', 'R', 0x88, '}', 't', 'R', 'u')
            .end();
    StateDict state =
        WeightsFiles.read(
            scratch, ZipWriter.checkpoint(pickle, WeightsFiles.floats(2.5f), new byte[] {7, -1}));
    assertArrayEquals(new float[] {2.5f}, state.tensors().get("gpu").values());
    assertArrayEquals(new float[] {7, 255}, state.tensors().get("bytes").values());
  }

  @Test
  void takesPlainValuesOfEveryProtocol() throws IOException {
    assertEquals(true, load("I01\n."));
    assertEquals(false, load("I00\n."));
    assertEquals(-7L, load("I-7\n."));
    assertEquals(5L, load("L5L\n."));
    assertEquals(new BigInteger("123456789012345678901"), load("L123456789012345678901L\n."));
    assertEquals(1.5, load("F1.5\n."));
    assertEquals(Double.NaN, load("Fnan\n."));
    assertEquals(Double.NEGATIVE_INFINITY, load("F-inf\n."));
    assertEquals("it's A\n\\", load("S'it\\'s\\x20\\x41\\n\\\\'\n."));
    assertEquals("aA\\zé\uD83D\uDE00", load("Va\\u0041\\z\u00e9\\U0001f600\n."));
    assertEquals(1.0, load("G?\u00f0\0\0\0\0\0\0."));
    assertEquals(-2L, load("J\u00fe\u00ff\u00ff\u00ff."));
    assertEquals(513L, load("M\1\2."));
    assertEquals(200L, load("K\u00c8."));
    assertEquals(0L, load("\u008a\0."));
    assertEquals(-1L, load("\u008b\1\0\0\0\u00ff."));
    assertEquals(Long.MIN_VALUE, load("\u008a\10\0\0\0\0\0\0\0\u0080."));
    assertEquals("é", load("U\2\u00c3\u00a9."));
    assertEquals("\u00ff", load("T\1\0\0\0\u00ff."));
    assertEquals("é", load("\u008c\2\u00c3\u00a9."));
    assertEquals("q", load("\u008d\1\0\0\0\0\0\0\0q."));
    assertArrayEquals(new byte[] {-1}, bytes("C\1\u00ff."));
    assertArrayEquals(new byte[] {1}, bytes("B\1\0\0\0\1."));
    assertArrayEquals(new byte[] {2}, bytes("\u008e\1\0\0\0\0\0\0\0\2."));
    assertEquals(List.of(1L, 2L), load("(K\1K\2l."));
    assertEquals(List.of(1L, 2L, 3L), load("]K\1a(K\2K\3e."));
    assertEquals(List.of(1L, 1L), load("]K\1p7\nag7\na."));
    assertEquals(List.of(2L, 2L), load("\u0080\4]\u0094(K\2\u0094h\1e."));
    assertEquals(List.of(4L), load("]K\4r\0\1\0\0aj\0\1\0\0" + "0."));
    assertEquals(9L, load("(K\1K\0021K\0112" + "0."));
    assertEquals(Declarations.PySet.INSTANCE, load("\u008f(K\1K\2\u0090."));
    assertEquals(Declarations.PySet.INSTANCE, load("(K\1K\2\u0091."));
    assertEquals(Declarations.PySet.INSTANCE, load("c__builtin__\nset\n]\u0085R."));
    assertEquals(2, ((PyTuple) load("ctorch\nSize\n(K\1K\2t\u0085R.")).size());
    assertEquals("{a=1}", ((PyDict) load("(S'a'\nK\1d.")).entries().toString());
    assertEquals( // as Python 2 wrote OrderedDict([["a", 1]])
        "{a=1}",
        ((PyDict) load("ccollections\nOrderedDict\n]]S'a'\naK\1aa\u0085R.")).entries().toString());
    assertEquals(1L, load("\u0080\4\u0095\3\0\0\0\0\0\0\0K\1."));
  }

  /** As PyTorch writes them since 1.11, from 1.9 and before. */
  @ParameterizedTest
  @CsvSource({
    "torch._tensor, _rebuild_from_type_v2",
    "torch._tensor, _rebuild_from_type",
    "torch.tensor, _rebuild_from_type"
  })
  void readsTensorsOfClassesThatExtendTensor(String module, String name) throws IOException {
    byte[] pickle =
        PickleWriter.protocol2()
            .raw('}')
            .text("w")
            .global(module, name)
            .raw('(')
            .global("torch._utils", "_rebuild_tensor_v2")
            .global("my.code", "Tensor")
            .raw('(')
            .storage("FloatStorage", "0", 2)
            .integer(0)
            .integers(2)
            .integers(1)
            .raw(0x89)
            .global("collections", "OrderedDict")
            .raw(')', 'R', 't', '}', 't', 'R', 's')
            .end();
    StateDict state =
        WeightsFiles.read(scratch, ZipWriter.checkpoint(pickle, WeightsFiles.floats(1, 2)));
    assertArrayEquals(new float[] {1, 2}, state.tensors().get("w").values());
  }

  /** A sampler's permutation, a history of losses: in lists, in tuples, and before tensors. */
  @Test
  void takesMillionsOfNumbers() throws IOException {
    String batch = "(" + "J\1\2\3\0".repeat(1000) + "e";
    assertEquals(3_000_000, ((List<?>) load("]" + batch.repeat(3000) + ".")).size());
    String losses = "G?\u00f0\0\0\0\0\0\0".repeat(2_000_000);
    assertEquals(2_000_000, ((PyTuple) load("(" + losses + "t.")).size());
    assertEquals(2_000_001, ((PyTuple) load("(" + losses + "K\7\u0085t.")).size());
    String after = "(" + losses + "tctorch\nSize\n(K\1K\2t\u0085R\u0086.";
    assertEquals(List.of(1L, 2L), ((PyTuple) ((PyTuple) load(after)).get(1)).integers());
    String many = "(" + "N".repeat(Unpickler.MOST_NUMBERS + 200);
    MalformedException e = assertThrows(MalformedException.class, () -> load(many + "t."));
    assertTrue(e.getMessage().contains("16777216 numbers"), e.getMessage());
  }

  /** Gigabytes of an array in the pickle, of which no byte is read before it is asked for. */
  @Test
  void leavesArraysInTheFile() throws IOException {
    long length = 3L << 30;
    byte[] head = with().raw('}', '(').text("a").raw('B').int32((int) length).part();
    byte[] tail = with().text("b").raw('X').int32(5000).part();
    byte[] end = with().ascii("x".repeat(5000)).text("c").raw('K', 7, 'u', '.').part();
    Bytes file = new Sparse(head, length, Damage.join(tail, end));
    PyDict dict = (PyDict) new Unpickler(new PickleInput(file), new Declarations()).load();
    assertEquals(length, ((Bytes) dict.entries().get("a")).size());
    assertTrue(dict.entries().get("b") instanceof LongText, "a long text");
    assertEquals(7L, dict.entries().get("c"));
  }

  @Test
  void dropsWhatIsUnderNamesLongerThanAny() throws IOException {
    PickleWriter dict = with().raw('}').text("x".repeat(1001)).raw('K', 1, 's');
    dict.text("y".repeat(1000)).raw('K', 2, 's', '.');
    String pickle = new String(dict.part(), StandardCharsets.ISO_8859_1);
    assertEquals(List.of(2L), List.copyOf(((PyDict) load(pickle)).entries().values()));
  }

  /** Bytes of numpy's arrays, as protocols up to 2 write them. */
  @Test
  void readsLongLatinTextsFromTheFile() throws IOException {
    byte[] expected = new byte[200_000];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) ((i * 31) >> 3);
    }
    String text = new String(expected, StandardCharsets.ISO_8859_1);
    Bytes bytes = new LatinBytes(Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
    assertEquals(expected.length, bytes.size());
    assertArrayEquals(expected, bytes.read(0, expected.length));
    assertArrayEquals(Arrays.copyOfRange(expected, 7, 99_999), bytes.read(7, 99_992));
    assertArrayEquals(Arrays.copyOfRange(expected, 99_999, 100_001), bytes.read(99_999, 2));
    assertArrayEquals(Arrays.copyOfRange(expected, 3, 4), bytes.read(3, 1));
    assertThrows(MalformedException.class, () -> bytes.read(199_999, 2));
    for (String bad : List.of("\u0100", "\u20ac", "\ud83d\ude00")) {
      byte[] utf8 = bad.getBytes(StandardCharsets.UTF_8);
      assertThrows(MalformedException.class, () -> new LatinBytes(Bytes.of(utf8)));
    }
    for (int[] bad : new int[][] {{0xc3}, {0xc3, 0x41}, {0xc0, 0x80}, {0xc1, 0xbf}, {0x80}}) {
      byte[] utf8 = with().raw(bad).part();
      assertThrows(MalformedException.class, () -> new LatinBytes(Bytes.of(utf8)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "0.",
        "2.",
        "1.",
        "t.",
        "a.",
        "s.",
        "R.",
        "b.",
        "Q.",
        "p0\n.",
        "h\0.",
        "g-1\n.",
        "]N",
        "",
        "NNs.",
        "}Na.",
        "}(Nu.",
        "]K\1b.",
        "}}b.",
        "NQ.",
        ")Q.",
        "K\1)R.",
        "NNR.",
        "(o.",
        "ccollections\nOrderedDict\nNR.",
        "ccollections\nOrderedDict\n]K\1a\u0085R.",
        "ctorch\nSize\n)R.",
        "ctorch._utils\n_rebuild_tensor_v2\n)R.",
        "ctorch._utils\n_rebuild_parameter\nNNN\u0087R.",
        "P0\n.",
        "\u0082\1.",
        "\u0083\1\0.",
        "\u0084\1\0\0\0.",
        "\u0092.",
        "\u0096.",
        "\u0097.",
        "\u0098.",
        "\u00ff.",
        "\u0080\u00ff.",
        "Iabc\n.",
        "I\n.",
        "L1\u0663x\n.",
        "Fone\n.",
        "S'a\n.",
        "Sa\n.",
        "S'\\x4'\n.",
        "V\\u12\n.",
        "V\\Uffffffff\n.",
        "X\u00ff\u00ff\u00ff\u00ffa.",
        "X\1\0\0\0\u00ff.",
        "T\u00ff\u00ff\u00ff\u00ff.",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.",
        "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fa.",
        "\u008b\u00ff\u00ff\u00ff\u00ff.",
        "\u008b\u00ff\u00ff\u00ff\u007f.",
        "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f.",
        "}]Ns.",
        "}}Ns.",
        "K\1K\2\u0093.",
        "}S'a'\nNsS'a'\nNs.",
        "cno newline",
      })
  void refusesMalformedPickles(String pickle) {
    assertThrows(MalformedException.class, () -> load(pickle));
  }

  /** Each is small and would take hours, the heap or the stack of a careless reader. */
  @Test
  void isNotHeldUpByNestingCyclesOrRepetition() throws IOException {
    int n = 300_000;
    load("]".repeat(n) + "a".repeat(n - 1) + ".");
    load(")" + "\u0085".repeat(n) + ".");
    load("]" + "2\u0086".repeat(n) + ".");
    load("]q\0h\0a(h\0h\0e."); // a list that holds itself
    load("}q\0S'a'\nh\0s."); // a dict that holds itself
    load("}]q\0h\0a\u0085Ns."); // under a tuple of that list
    load("}(" + "K\1)".repeat(n / 3) + "u.");
    assertThrows(MalformedException.class, () -> load("(".repeat(2 * Unpickler.MOST_STEPS)));
    assertThrows(MalformedException.class, () -> load("N".repeat(2 * Unpickler.MOST_STEPS)));
    assertThrows(MalformedException.class, () -> load("}".repeat(2 * Unpickler.MOST_STEPS)));
    assertThrows(MalformedException.class, () -> load("L" + "9".repeat(4000) + "\n."));
    assertThrows(MalformedException.class, () -> load("I" + "9".repeat(1 << 20) + "\n."));
    StringBuilder copies = new StringBuilder("ccollections\nOrderedDict\nq\0](");
    for (int i = 0; i < 10_000; i++) {
      copies.append("K\1K\2\u0086");
    }
    copies.append("eq\1").append("h\0h\1\u0085R".repeat(10_000)).append('.');
    MalformedException e = assertThrows(MalformedException.class, () -> load(copies.toString()));
    assertTrue(e.getMessage().contains("steps"), e.getMessage());
  }

  private static PickleWriter with() {
    return new PickleWriter();
  }

  private static byte[] bytes(String pickle) throws IOException {
    Bytes bytes = (Bytes) load(pickle);
    return bytes.read(0, (int) bytes.size());
  }

  /** Zeros between a head and a tail. */
  private static final class Sparse implements Bytes {
    private final byte[] head;
    private final long zeros;
    private final byte[] tail;

    private Sparse(byte[] head, long zeros, byte[] tail) {
      this.head = head;
      this.zeros = zeros;
      this.tail = tail;
    }

    @Override
    public long size() {
      return head.length + zeros + tail.length;
    }

    @Override
    public void read(long position, ByteBuffer into) {
      for (long at = position; into.hasRemaining(); at++) {
        long behind = at - head.length - zeros;
        into.put(at < head.length ? head[(int) at] : behind < 0 ? 0 : tail[(int) behind]);
      }
    }
  }

  /** Loads a pickle whose bytes are the Latin-1 characters of a text. */
  private static Object load(String pickle) throws IOException {
    Bytes bytes = Bytes.of(pickle.getBytes(StandardCharsets.ISO_8859_1));
    return new Unpickler(new PickleInput(bytes), new Declarations()).load();
  }
}
