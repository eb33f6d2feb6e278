package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
