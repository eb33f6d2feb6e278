package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small weights files that took time or memory out of proportion. */
@Tag("fast")
final class HostileWeightsTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path scratch;

  /**
   * Strides of dimensions of size 1 are free, and (i, c - 31 i) have one hash for all i: comparing
   * each view with each took a minute of processor time for a megabyte.
   */
  @Test
  void viewsOfOneHashTakeNoQuadraticTime() throws IOException {
    int n = 40_000;
    PickleWriter pickle =
        PickleWriter.protocol2()
            .global("torch._utils", "_rebuild_tensor")
            .raw('q', 0, '0')
            .storage("FloatStorage", "0", 4)
            .raw('q', 1, '0', 'K', 1, 'K', 1, 0x86, 'q', 2, '0', '}', '(');
    for (int i = 0; i < n; i++) {
      pickle.text("t" + i).raw('h', 0, '(', 'h', 1, 'K', 0, 'h', 2);
      pickle.raw('J').int32(i).raw('J').int32(2_000_000 - 31 * i).raw(0x86, 't', 'R');
    }
    byte[] file = ZipWriter.checkpoint(pickle.raw('u').end(), WeightsFiles.floats(1, 2, 3, 4));
    long before = THREADS.getCurrentThreadCpuTime();
    assertEquals(n, WeightsFiles.read(scratch, file).tensors().size());
    double seconds = (THREADS.getCurrentThreadCpuTime() - before) / 1e9;
    assertTrue(seconds < 15, seconds + " s");
  }

  @Test
  void linesTakeMemoryForTheirBytesOnly() {
    String lines = "I1\n0".repeat(100_000);
    byte[] file = ("(" + lines + "K\1.").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    WeightsFiles.refuse(scratch, file, "not one that torch.save wrote");
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken < 100L * file.length, taken + " bytes for " + file.length);
  }

  /**
   * A library reads a zip's directory, which keeps hundreds of bytes of each entry and compares
   * each extra field with each: 64 kB of them took two seconds and half a gigabyte.
   */
  @Test
  void directoriesTakeNoQuadraticTime() {
    ZipWriter many = new ZipWriter(true);
    for (int i = 0; i < 100_000; i++) {
      many.stored("a/data/" + i, new byte[0]);
    }
    refuseCheaply(many.end(), "has a zip directory larger than any state dict's");

    byte[] fields = new byte[65_532];
    for (int i = 0; i < fields.length / 4; i++) { // each of another kind, and empty
      fields[4 * i] = (byte) i;
      fields[4 * i + 1] = (byte) (0x20 + (i >> 8));
    }
    refuseCheaply(extended(fields), "has a zip directory larger than any state dict's");
    refuseCheaply(extended(Arrays.copyOf(fields, 1000)), "no data.pkl");
  }

  /**
   * Two long texts recalled make a name of five bytes: as one text, each took as many as the two.
   */
  @Test
  void recalledNamesTakeNoMemory() {
    byte[] long0 = new PickleWriter().text("m".repeat(4000)).raw('q', 0, '0').part();
    byte[] long1 = new PickleWriter().text("<" + "n".repeat(4000)).raw('q', 1, '0').part();
    PickleWriter names = PickleWriter.protocol2().bytes(long0).bytes(long1).raw(']', '(');
    for (int i = 0; i < 150_000; i++) {
      names.raw('h', 0, 'h', 1, 0x93);
    }
    refuseCheaply(ZipWriter.checkpoint(names.raw('e').end()), "holds no tensors");

    PickleWriter types = PickleWriter.protocol2().bytes(long1).global("numpy", "dtype");
    types.raw('q', 2, '0', ']', '(');
    for (int i = 0; i < 150_000; i++) {
      types.raw('h', 2, 'h', 1, 0x85, 'R');
    }
    refuseCheaply(ZipWriter.checkpoint(types.raw('e').end()), "holds no tensors");
  }

  /**
   * A persistent id's key of a megabyte, and ones of one hash, would be compared again and again.
   */
  @Test
  void longKeysOfStoragesAreRefused() {
    byte[] pickle =
        PickleWriter.protocol2()
            .raw('}')
            .text("w")
            .storage("FloatStorage", "9".repeat(201), 1)
            .end();
    refuseCheaply(ZipWriter.checkpoint(pickle), "a persistent id that is not a storage's");
  }

  /** Fifteen long keys lead to each of many dicts, which share them. */
  @Test
  void deepDictsShareTheirKeys() throws IOException {
    int n = 80_000;
    PickleWriter pickle =
        PickleWriter.protocol2()
            .text("w")
            .raw('q', 0, '0')
            .tensor("FloatStorage", "0", 1, 0, new long[] {1}, new long[] {1})
            .raw('q', 1, '0');
    for (int i = 0; i < 15; i++) {
      pickle.raw('}').text("k".repeat(200));
    }
    pickle.raw('}', '(');
    for (int i = 0; i < n; i++) {
      pickle.text("d" + i).raw('}', 'h', 0, 'h', 1, 's');
    }
    pickle.raw('u');
    for (int i = 0; i < 15; i++) {
      pickle.raw('s');
    }
    byte[] file = ZipWriter.checkpoint(pickle.end(), WeightsFiles.floats(1));
    Path path = Files.write(scratch.resolve("deep.pth"), file);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      assertEquals(n, checkpoint.dicts().size());
      assertEquals(15 * 201 + 2, checkpoint.dicts().get(0).key().length());
    }
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken < 2500L * n, taken / n + " bytes for a dict"); // its key alone has 3,000
  }

  /** A name may begin behind each dot, and is looked for for every network. */
  @Test
  void namesOfDotsTakeNoTime() throws IOException {
    String dots = ".".repeat(960);
    refuseNetwork(dotted(4_000, dots + ".weight"), "the weights are not those of demo_cnn");
    refuseNetwork(dotted(4_000, dots + "denselayer1.norm.1.weight"), "unexpected");
    refuseNetwork(dotted(4_000, ".module".repeat(137) + ".weight"), "unexpected");
    refuseNetwork(dotted(60_000, dots + ".weight"), "has far more entries than a state dict");
  }

  private void refuseNetwork(byte[] file, String expected) throws IOException {
    Path path = Files.write(scratch.resolve("dots.pth"), file);
    long cpu = THREADS.getCurrentThreadCpuTime();
    WeightsException e =
        assertThrows(
            WeightsException.class,
            () -> Architecture.of("demo_cnn").network(path, Normalisation.IMAGENET));
    double seconds = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(seconds < 15, seconds + " s"); // minutes before; a second is usual
  }

  /** A dict of many entries whose names end alike. */
  private static byte[] dotted(int entries, String end) {
    PickleWriter pickle =
        PickleWriter.protocol2()
            .tensor("FloatStorage", "0", 1, 0, new long[] {1}, new long[] {1})
            .raw('q', 0, '0', '}', '(');
    for (int i = 0; i < entries; i++) {
      pickle.text(i + end).raw('h', 0);
    }
    return ZipWriter.checkpoint(pickle.raw('u').end(), WeightsFiles.floats(1));
  }

  private void refuseCheaply(byte[] file, String expected) {
    long cpu = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    WeightsFiles.refuse(scratch, file, expected);
    double seconds = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
    assertTrue(seconds < 5, seconds + " s");
    long taken = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    assertTrue(taken < (16L << 20) + 500L * file.length, taken + " bytes for " + file.length);
  }

  /** An archive of one entry, in whose directory that has these extra fields. */
  private static byte[] extended(byte[] fields) {
    byte[] plain = new ZipWriter().stored("a", new byte[0]).end();
    int end = plain.length - 22;
    ByteBuffer file = ByteBuffer.allocate(plain.length + fields.length);
    file.order(ByteOrder.LITTLE_ENDIAN);
    file.put(plain, 0, end).put(fields).put(plain, end, 22);
    file.putShort(31 + 30, (short) fields.length); // behind the local header and its name
    file.putInt(end + fields.length + 12, 47 + fields.length);
    return file.array();
  }
}
