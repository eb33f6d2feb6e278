package curtain.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.Program;
import curtain.compile.TransferProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of the host as Java sees it, and copies of a GPU's memory in it.
 *
 * <p>A GPU copies several times as fast from and to memory that is pinned, which the system does
 * not move. DJL has no call for it, but TorchScript has: {@link TransferProgram}. An array of a CPU
 * is seen as it lies. Where memory cannot be pinned it is taken as it comes, which a line of the
 * log says once.
 */
public final class HostMemory {
  private static final Logger LOG = LoggerFactory.getLogger(HostMemory.class);

  /** The program of each device, loaded once. */
  private static final Map<Device, LoadedProgram> TRANSFERS = new HashMap<>();

  private static volatile boolean pins = true;

  private HostMemory() {}

  /**
   * Room of the host for what is copied to a device again and again.
   *
   * @param owner manager on that device; the room is not to be used when it is closed
   */
  static ByteBuffer room(NDManager owner, int bytes) {
    if (owner.getDevice().isGpu() && pins) {
      try {
        return view(called(owner, "pinned", IValue.from(bytes)));
      } catch (EngineException e) {
        unpinned(e);
      }
    }
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * An array's values in Java's memory: a view where the array is a CPU's, else one copy of all of
   * it. Both live as long as the array's manager.
   */
  public static ByteBuffer of(PtNDArray array) {
    return view(array(array));
  }

  /**
   * An array in the host's memory: itself where it is a CPU's, else one copy of all of it, which
   * has the same owner.
   */
  public static PtNDArray array(PtNDArray array) {
    if (!array.getDevice().isGpu()) {
      return array;
    }
    if (pins) {
      try {
        return called(array.getManager(), "to_host", IValue.from(array));
      } catch (EngineException e) {
        if (DeviceFailure.of(e) != DeviceFailure.NONE) {
          throw e;
        }
        unpinned(e);
      }
    }
    return array.toDevice(Device.cpu(), false);
  }

  private static PtNDArray called(NDManager owner, String method, IValue argument) {
    return transfer(owner.getDevice()).call(owner, method, argument).get(0).get(0);
  }

  private static ByteBuffer view(PtNDArray array) {
    return array.toByteBuffer(true);
  }

  private static void unpinned(EngineException e) {
    pins = false;
    LOG.warn("copies from and to the GPU are slower: memory cannot be pinned ({})", e.toString());
  }

  /** The program that transfers from and to a device, of any kind. */
  public static synchronized LoadedProgram transfer(Device device) {
    return TRANSFERS.computeIfAbsent(device, HostMemory::load);
  }

  private static LoadedProgram load(Device device) {
    try {
      Path file = Files.createTempFile("curtain-transfer", ".pt");
      try {
        Program program = TransferProgram.compile();
        program.write(file);
        return LoadedProgram.unchecked(file, device, 1);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
