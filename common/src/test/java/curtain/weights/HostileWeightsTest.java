package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
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
}
