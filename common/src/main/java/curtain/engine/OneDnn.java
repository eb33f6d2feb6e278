package curtain.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.ProbeProgram;
import curtain.compile.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process's engine has oneDNN's operators, and programs that use them where it has.
 */
public final class OneDnn {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);

  /** The answer, found out once. */
  private static final class Available {
    private static final boolean VALUE = probe();

    private static boolean probe() {
      try {
        Path file = Files.createTempFile("curtain-probe", ".pt");
        try {
          ProbeProgram.probe().writeForOneDnn(file);
          try (LoadedProgram program = LoadedProgram.unchecked(file, Device.cpu(), 1);
              NDManager manager = program.newManager()) {
            PtNDArray one = (PtNDArray) manager.ones(new Shape(1, 1, 1, 1));
            return program.call(manager, "forward", IValue.from(one)).get(0).get(0).getFloat() == 2;
          }
        } finally {
          Files.deleteIfExists(file);
        }
      } catch (CancellationException e) {
        return false; // the process ends
      } catch (IOException | RuntimeException e) {
        LOG.warn(
            "networks run slower: this process's PyTorch engine lacks oneDNN's operators, or does"
                + " not start ({})",
            e.toString());
        return false;
      }
    }
  }

  private OneDnn() {}

  /**
   * Whether the engine has them; other machines of a cluster are taken to have the same engine.
   *
   * @throws IllegalArgumentException where libtorch does not load
   */
  public static boolean available() {
    Libtorch.start();
    return Available.VALUE;
  }

  /**
   * Writes a program for this machine's engine and those of its kind; what is to run anywhere, and
   * what is for GPUs, is written by {@link Program#write}.
   *
   * @throws IllegalArgumentException where libtorch does not load
   * @throws IOException if the file cannot be written
   */
  public static void write(Program program, Path file) throws IOException {
    if (!program.info().options().target().isGpu() && available()) {
      program.writeForOneDnn(file);
    } else {
      program.write(file);
    }
  }
}
