package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Zip archives of torch.save, and archives that only look like ones. */
@Timeout(60)
@Tag("fast")
final class TorchZipTest {
  private static final byte[] PICKLE = PickleWriter.oneTensor(3, 3);
  private static final byte[] DATA = WeightsFiles.floats(1, 2, 3);
  private static final byte[] LITTLE = "little".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsStoredDeflatedAndZip64(boolean zip64) throws IOException {
    byte[] stored =
        new ZipWriter(zip64).stored("a/data.pkl", PICKLE).stored("a/data/0", DATA).end();
    byte[] deflated =
        new ZipWriter(zip64)
            .deflated("a/data.pkl", PICKLE)
            .deflated("__MACOSX/a/._data.pkl", LITTLE)
            .deflated("a/byteorder", LITTLE)
            .deflated("a/data/0", DATA)
            .end();
    for (byte[] file : new byte[][] {stored, deflated}) {
      StateDict state = WeightsFiles.read(scratch, file);
      assertArrayEquals(new float[] {1, 2, 3}, state.tensors().get("w").values());
      assertEquals("float32", state.tensors().get("w").dtype());
    }
  }

  @Test
  void readsADeflatedTensorOfSeveralMegabytes() throws IOException {
    int n = 1_000_000;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) Math.sin(i);
    }
    byte[] file =
        new ZipWriter()
            .stored("a/data.pkl", PickleWriter.oneTensor(n, 1000, 1000))
            .deflated("a/data/0", WeightsFiles.floats(values))
            .end();
    assertArrayEquals(values, WeightsFiles.read(scratch, file).tensors().get("w").values());
  }

  @Test
  void refusesBigEndian() {
    byte[] big = "big".getBytes(StandardCharsets.US_ASCII);
    byte[] file =
        new ZipWriter()
            .stored("a/data.pkl", PICKLE)
            .stored("a/byteorder", big)
            .stored("a/data/0", DATA)
            .end();
    WeightsFiles.refuse(scratch, file, "big-endian");
  }

  @Test
  void refusesOtherArchives() {
    refuse(new ZipWriter(), "no data.pkl");
    refuse(new ZipWriter().stored("x.txt", DATA), "no data.pkl");
    refuse(new ZipWriter().stored("a/b/data.pkl", PICKLE), "no data.pkl");
    refuse(
        new ZipWriter().stored("a/data.pkl", PICKLE).stored("b/data.pkl", PICKLE),
        "more than one data.pkl");
    refuse(
        new ZipWriter().stored("a/data.pkl", PICKLE).stored("a/constants.pkl", PICKLE),
        "TorchScript");
  }

  @Test
  void refusesADirectoryThatLies() {
    refuse(entry(0, DATA, DATA.length, 1), "checksum");
    refuse(entry(0, DATA, DATA.length + 1L, ZipWriter.crc(DATA)), "contradicts");
    refuse(entry(8, ZipWriter.deflate(DATA), 11, ZipWriter.crc(DATA)), "hold");
    refuse(entry(8, ZipWriter.deflate(DATA), 13, ZipWriter.crc(DATA)), "hold");
    refuse(entry(8, DATA, DATA.length, ZipWriter.crc(DATA)), "contradicts");
    refuse(entry(8, new byte[0], DATA.length, ZipWriter.crc(DATA)), "contradicts");
    refuse(entry(12, DATA, DATA.length, ZipWriter.crc(DATA)), "in a way that is not read");
    refuse(placed(1, 12, 12, 0), "in a way that is not read"); // encrypted
    refuse(placed(0, 1 << 30, 1 << 30, 0), "damaged"); // beyond the end
    refuse(placed(0, 12, 12, 3), "contradicts"); // not at a local header
    refuse(placed(0, 12, 12, 0), "contradicts"); // at another's
    refuse(placed(0, 12, 12, 0x7fffffffL), "damaged");
    refuse(
        new ZipWriter()
            .stored("a/data.pkl", PICKLE)
            .stored("a/data/0", DATA)
            .stored("a/data/0", DATA),
        "two entries named 'a/data/0'");
  }

  /** The library that reads the directory lets these pass. */
  @Test
  void refusesADirectoryThatIsNotWhole() {
    byte[] file = new ZipWriter().stored("a/data.pkl", PICKLE).stored("a/data/0", DATA).end();
    int end = file.length - 22;
    byte[] counted = file.clone();
    counted[end + 10] = 3;
    WeightsFiles.refuse(scratch, counted, "lists another number of entries");
    byte[] torn = file.clone();
    torn[end - (46 + 8)] = 0; // the second entry's signature
    WeightsFiles.refuse(scratch, torn, "lists another number of entries");
    WeightsFiles.refuse(scratch, Arrays.copyOf(file, file.length + 1), "is cut short");
    byte[] behind = new byte[file.length + 10];
    System.arraycopy(file, 0, behind, 10, file.length);
    System.arraycopy(file, 0, behind, 0, 4);
    WeightsFiles.refuse(scratch, behind, "contradicts");
  }

  @Test
  void refusesOverlappingEntries() {
    ZipWriter zip = new ZipWriter().stored("a/data.pkl", PICKLE);
    byte[] inner = new ZipWriter().stored("a/data/1", DATA).end();
    byte[] outer = Arrays.copyOf(inner, 30 + 8 + 12);
    int position = zip.position();
    zip.stored("a/data/0", outer);
    zip.list("a/data/1", 12, ZipWriter.crc(DATA), position + 30 + 8);
    refuse(zip, "overlap");
  }

  @ParameterizedTest
  @CsvSource({"2147483647", "4294967295", "9223372036854775807", "-1", "4611686018427387904"})
  void refusesZip64SizesBeyondTheFile(long size) {
    ZipWriter zip = new ZipWriter(true).stored("a/data.pkl", PICKLE);
    zip.entry("a/data/0", 0, 0, DATA, size, size, 0, zip.position());
    WeightsFiles.refuse(scratch, zip.end(), "");
  }

  /** 400 MB of zeros in 400 kB, which a pickle declares honestly. */
  @Test
  void refusesZipBombs() throws IOException {
    byte[] zeros = new byte[400_000_000];
    byte[] packed = ZipWriter.deflate(zeros);
    byte[] bomb =
        new ZipWriter()
            .stored("a/data.pkl", PickleWriter.oneTensor(100_000_000, 100_000_000))
            .entry("a/data/0", 8, packed, zeros.length, ZipWriter.crc(zeros))
            .end();
    assertTrue(bomb.length < 1_000_000);
    WeightsFiles.refuse(scratch, bomb, "unpacks to 400000000 bytes");

    ZipWriter many = new ZipWriter().stored("a/data.pkl", PICKLE);
    for (int i = 0; i < 50; i++) { // each within its own bound
      many.deflated("a/data/" + i, new byte[1 << 20]);
    }
    WeightsFiles.refuse(scratch, many.end(), "unpacks to");
    WeightsFiles.refuse(
        scratch,
        new ZipWriter().entry("a/data.pkl", 8, packed, 100, 0).end(), // says less than there is
        "contradicts");
  }

  @Test
  void refusesLargeCompressedPickles() {
    byte[] packed = new byte[3 << 20];
    refuse(
        new ZipWriter().entry("a/data.pkl", 8, packed, 65 << 20, 0),
        "has a compressed pickle of more than 64 MiB");
  }

  /** Tensors of ones and zeros, as BatchNorm begins, do deflate by hundreds. */
  @Test
  void readsSmallConstantTensorsDeflated() throws IOException {
    byte[] file =
        new ZipWriter()
            .deflated("a/data.pkl", PickleWriter.oneTensor(100_000, 100_000))
            .deflated("a/data/0", new byte[400_000])
            .end();
    assertEquals(100_000, WeightsFiles.read(scratch, file).tensors().get("w").values().length);
  }

  @Test
  void countsStoragesAgainstTheirEntries() {
    refuseTensor(4, 0, new long[] {3}, "declares 4 elements for storage '0'");
    refuseTensor(2, 0, new long[] {2}, "declares 2 elements");
    refuseTensor(-1, 0, new long[] {1}, "declares -1 elements");
    refuseTensor(Long.MAX_VALUE, 0, new long[] {1}, "elements for storage '0'");
    refuseTensor(1L << 62, 0, new long[] {1}, "elements for storage '0'");
    refuseTensor((1L << 62) + 3, 0, new long[] {3}, "elements for storage '0'"); // times 4: 12
    byte[] missing = ZipWriter.checkpoint(PICKLE);
    WeightsFiles.refuse(scratch, missing, "declares 3 elements for storage '0'");
  }

  @Test
  void checksTensorsAgainstTheirStorages() {
    refuseTensor(3, 0, new long[] {4}, "lacks");
    refuseTensor(3, 1, new long[] {3}, "lacks");
    refuseTensor(3, -1, new long[] {3}, "lacks");
    refuseTensor(3, Long.MAX_VALUE, new long[] {3}, "beyond 64 bits");
    refuseTensor(3, 4, new long[] {0}, "lacks");
    refuseTensor(3, 0, new long[] {-3}, "size of -3");
    refuseTensor(3, 0, new long[] {1L << 32, 1L << 32}, "size of 4294967296");
    refuseTensor(3, 0, new long[] {1 << 30, 1 << 30, 1 << 30}, "beyond 64 bits");
    refuseStrides(new long[] {3}, new long[] {-1}, "stride of -1");
    refuseStrides(new long[] {3}, new long[] {2}, "lacks");
    refuseStrides(new long[] {3}, new long[] {1L << 62}, "beyond 64 bits");
    refuseStrides(new long[] {5}, new long[] {1L << 62}, "beyond 64 bits");
    refuseStrides(new long[] {2, 2}, new long[] {1}, "2 sizes and 1 strides");
    refuseStrides(new long[] {1 << 20, 1 << 20}, new long[] {0, 0}, "more than an array can hold");
    refuseStrides(new long[] {1 << 30}, new long[] {0}, "more elements than its 12 stored bytes");
    refuseStrides(new long[65], new long[65], "unknown way");
  }

  @Test
  void findsStateDictsAndStripsPrefixes() throws IOException {
    PickleWriter inTwo = PickleWriter.protocol2().raw('}', '(');
    tensor(inTwo.text("model").raw('}'), "b");
    tensor(inTwo.text("state_dict").raw('}'), "module.module.a");
    byte[] both = inTwo.text("epoch").raw('N', 'u').end();
    PickleWriter inOne = PickleWriter.protocol2().raw('}').text("model").raw('}');
    byte[] inModel = tensor(inOne, "module.a").raw('s').end();
    byte[] atTop = tensor(PickleWriter.protocol2().raw('}'), "a").end();
    assertEquals("[module.a]", names(both));
    assertEquals("[a]", names(inModel));
    assertEquals("[a]", names(atTop));
    byte[] collide = tensor(tensor(PickleWriter.protocol2().raw('}'), "a"), "module.a").end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(collide, DATA), "two entries named 'a'");
    byte[] twice = tensor(tensor(PickleWriter.protocol2().raw('}'), "a"), "a").end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(twice, DATA), "two entries named 'a'");
    byte[] hostile =
        tensor(tensor(PickleWriter.protocol2().raw('}'), "x\ny\u2028"), "x\ny\u2028").end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(hostile, DATA), "'x?y?'");
    byte[] unlike =
        tensor(PickleWriter.protocol2().raw('}'), "a")
            .text("b")
            .tensor("IntStorage", "0", 3, 0, new long[] {3}, new long[] {1})
            .raw('s')
            .end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(unlike, DATA), "twice, and not alike");
  }

  @Test
  void saysThatThereAreNoTensors() {
    byte[] empty = PickleWriter.protocol2().raw('}').text("epoch").integer(3).raw('s').end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(empty), "holds no tensors");
    byte[] list = PickleWriter.protocol2().raw(']').end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(list), "holds no tensors");
  }

  @Test
  void saysWhatIsNoWeightsFile() throws IOException {
    WeightsFiles.refuse(scratch, new byte[0], "is empty");
    WeightsFiles.refuse(scratch, new byte[] {1, 2, 3}, "no weights file");
    WeightsFiles.refuse(scratch, new byte[600], "no weights file");
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    WeightsFiles.refuse(scratch, tar, "before 0.1.10");
    Path nowhere = scratch.resolve("nowhere.pth");
    assertEquals(nowhere + ": does not exist", message(nowhere));
    assertTrue(message(Files.createDirectory(scratch.resolve("d"))).endsWith("name the file"));
  }

  private static String message(Path file) {
    return assertThrows(WeightsException.class, () -> StateDictFile.read(file)).getMessage();
  }

  private String names(byte[] pickle) throws IOException {
    byte[] file = ZipWriter.checkpoint(pickle, DATA);
    return WeightsFiles.read(scratch, file).tensors().keySet().toString();
  }

  private static PickleWriter tensor(PickleWriter pickle, String name) {
    return pickle
        .text(name)
        .tensor("FloatStorage", "0", 3, 0, new long[] {3}, new long[] {1})
        .raw('s');
  }

  private void refuseTensor(long count, long offset, long[] size, String expected) {
    byte[] pickle =
        PickleWriter.protocol2()
            .raw('}')
            .text("w")
            .tensor("FloatStorage", "0", count, offset, size, PickleWriter.rowMajor(size))
            .raw('s')
            .end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(pickle, DATA), expected);
  }

  private void refuseStrides(long[] size, long[] stride, String expected) {
    byte[] pickle =
        PickleWriter.protocol2()
            .raw('}')
            .text("w")
            .tensor("FloatStorage", "0", 3, 0, size, stride)
            .raw('s')
            .end();
    WeightsFiles.refuse(scratch, ZipWriter.checkpoint(pickle, DATA), expected);
  }

  private static ZipWriter entry(int method, byte[] packed, long size, int crc) {
    return new ZipWriter()
        .stored("a/data.pkl", PICKLE)
        .entry("a/data/0", method, packed, size, crc);
  }

  private static ZipWriter placed(int flags, long packed, long size, long position) {
    return new ZipWriter()
        .stored("a/data.pkl", PICKLE)
        .entry("a/data/0", flags, 0, DATA, packed, size, ZipWriter.crc(DATA), position);
  }

  private void refuse(ZipWriter zip, String expected) {
    WeightsFiles.refuse(scratch, zip.end(), expected);
  }
}
