package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sizes of batches, on a pretended GPU that keeps what it was asked for, as CUDA's does. */
@Tag("fast")
final class BatchSizesTest {
  private static final Device GPU = Device.gpu(0);
  private static final long MIB = 1L << 20;

  /** A GPU of so many bytes, on which an image takes as many for itself, and a call some more. */
  private static final class Pretended implements BatchSizes.Memory {
    private final long total;
    private final long image;
    private final long call;
    private final List<Integer> tried = new ArrayList<>();
    private long kept;

    Pretended(long total, long image, long call) {
      this.total = total;
      this.image = image;
      this.call = call;
    }

    @Override
    public long free(Device device) {
      assertSame(GPU, device);
      return total - kept;
    }

    @Override
    public void release() {
      kept = 0;
    }

    void run(int images) {
      tried.add(images);
      long wanted = call + images * image;
      if (wanted > total) {
        throw new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB.");
      }
      kept = Math.max(kept, wanted);
    }
  }

  private static int measured(Pretended gpu, int most, int tasks) throws IOException {
    return new BatchSizes(gpu).of("program", GPU, most, true, tasks, gpu::run);
  }

  @Test
  void asManyAsFit() throws IOException {
    // 80 % of 1,000 MiB, less 100: 700 images of 1 MiB
    assertEquals(512, measured(new Pretended(1000 * MIB, MIB, 100 * MIB), 65_536, 1));
    assertEquals(256, measured(new Pretended(1000 * MIB, MIB, 100 * MIB), 256, 1));
    assertEquals(64, measured(new Pretended(1000 * MIB, 8 * MIB, 0), 256, 1));
    // four tasks have a fourth of it each
    assertEquals(16, measured(new Pretended(1000 * MIB, 8 * MIB, 0), 256, 4));
  }

  /** Where 16 do not fit, the two that were tried do. */
  @Test
  void fewWhereTheMemoryIsSmall() throws IOException {
    assertEquals(2, measured(new Pretended(10 * MIB, MIB, 0), 256, 1));
    assertEquals(1, measured(new Pretended(10 * MIB, MIB, 0), 1, 1));
    Pretended none = new Pretended(MIB, MIB, 0);
    EngineException failed = assertThrows(EngineException.class, () -> measured(none, 256, 1));
    assertEquals(DeviceFailure.OUT_OF_MEMORY, DeviceFailure.of(failed));
  }

  @Test
  void isMeasuredOnce() throws IOException {
    Pretended gpu = new Pretended(1000 * MIB, 8 * MIB, 0);
    BatchSizes sizes = new BatchSizes(gpu);
    assertEquals(64, sizes.of("one", GPU, 256, true, 1, gpu::run));
    assertEquals(64, sizes.of("one", GPU, 256, true, 1, gpu::run));
    assertEquals(32, sizes.of("one", GPU, 32, true, 1, gpu::run));
    assertEquals(List.of(2, 16), gpu.tried);
    assertEquals(64, sizes.of("another", GPU, 256, true, 1, gpu::run));
    assertEquals(List.of(2, 16, 2, 16), gpu.tried);
  }

  /** Nothing is tried where a number was asked for, or a CPU computes. */
  @Test
  void whatIsAskedForIsTaken() throws IOException {
    BatchSizes sizes = new BatchSizes(new Pretended(0, 0, 0));
    BatchSizes.Trial never = images -> assertEquals(-1, images);
    assertEquals(48, sizes.of("program", GPU, 48, false, 1, never));
    assertEquals(48, sizes.of("cpu", Device.cpu(), 48, false, 1, never));
    assertEquals(16, sizes.of("cpu", Device.cpu(), 256, true, 1, never));
    assertEquals(8, sizes.of("cpu", Device.cpu(), 8, true, 1, never));
  }

  /** Of two tasks that fail with one and the same size, the first makes it smaller for both. */
  @Test
  void halvesOnceForEachProgram() throws IOException {
    Pretended gpu = new Pretended(1000 * MIB, 8 * MIB, 0);
    BatchSizes sizes = new BatchSizes(gpu);
    assertEquals(64, sizes.of("program", GPU, 256, true, 1, gpu::run));
    assertTrue(sizes.halve(failure("program", 64)));
    assertEquals(0, gpu.kept);
    assertTrue(sizes.halve(failure("program", 64)));
    assertEquals(32, sizes.of("program", GPU, 256, true, 1, gpu::run));
    assertEquals(List.of(2, 16), gpu.tried);
    assertFalse(sizes.halve(failure("program", 32)));
    assertTrue(sizes.halve(failure("another", 64)));
    assertFalse(sizes.halve(failure("third", 1)));
  }

  private static DeviceMemoryException failure(String program, int images) {
    return new DeviceMemoryException(program, images, new EngineException("CUDA out of memory."));
  }

  @Test
  void otherFailuresOfTheTrialAreTheCallers() {
    IllegalStateException failed =
        assertThrows(
            IllegalStateException.class,
            () ->
                new BatchSizes(new Pretended(MIB, 0, 0))
                    .of(
                        "program",
                        GPU,
                        256,
                        true,
                        1,
                        images -> {
                          throw new IllegalStateException("another");
                        }));
    assertEquals("another", failed.getMessage());
  }
}
