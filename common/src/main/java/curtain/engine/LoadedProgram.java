package curtain.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import curtain.compile.Program;
import curtain.compile.ProgramInfo;
import curtain.compile.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A compiled network in the memory of one device. Its methods may be called by several threads at
 * once; nothing of a call outlives the call's manager.
 */
public final class LoadedProgram implements AutoCloseable {
  /**
   * Held for reading by every call. The JVM's end takes it for good: libtorch frees what calls use
   * when the process exits, and a call in progress would crash it. Nothing computes after that.
   */
  private static final ReentrantReadWriteLock CALLS = new ReentrantReadWriteLock();

  static {
    InstructionLimit.apply();
    Thread last = new Thread(() -> CALLS.writeLock().lock(), "curtain-last-calls");
    Runtime.getRuntime().addShutdownHook(last);
  }

  /** Images of a batch where the caller does not say. */
  private static final int USUAL_BATCH = 16;

  private final ProgramInfo info;
  private final Model model;
  private final PtSymbolBlock module;
  private volatile boolean called;

  private LoadedProgram(ProgramInfo info, Model model) {
    this.info = info;
    this.model = model;
    this.module = (PtSymbolBlock) model.getBlock();
  }

  /**
   * Loads an archive that {@link Program} wrote, for batches of the usual size.
   *
   * @throws IOException if the file is none, or the engine refuses it, or this processor's
   *     convolutions are wrong
   */
  public static LoadedProgram load(Path archive, Device device) throws IOException {
    return load(archive, device, USUAL_BATCH);
  }

  /**
   * Loads an archive that {@link Program} wrote.
   *
   * @param images number of images of the batches for which its weights are laid out; one image is
   *     faster in another layout than many
   * @throws IOException if the file is none, or the engine refuses it, or this processor's
   *     convolutions are wrong
   */
  public static LoadedProgram load(Path archive, Device device, int images) throws IOException {
    Target target = ProgramInfo.read(archive).options().target();
    if (device.isGpu()) {
      Tf32Switches.refuse(target, System.getenv());
    } else if (!target.isFloat32()) {
      throw new IOException(
          "the network was compiled for "
              + (target == Target.GPU_TF32 ? "tf32" : "bf16")
              + " on a GPU, and this process computes on a CPU; give it a GPU, or all processes"
              + " precision fp32");
    } else {
      ConvolutionCheck.pass();
    }
    return unchecked(archive, device, images);
  }

  /** Loads an archive without the checks of its device and of convolutions. */
  static LoadedProgram unchecked(Path archive, Device device, int images) throws IOException {
    Libtorch.start();
    ProgramInfo info = ProgramInfo.read(archive);
    Optional<String> prepare = Program.prepare(archive);
    Model model = Model.newInstance(info.model(), device, "PyTorch");
    try {
      // read as a stream: the engine asks for a directory and a name otherwise
      try (var in = Files.newInputStream(archive)) {
        model.load(in);
      }
      LoadedProgram program = new LoadedProgram(info, model);
      if (!device.isGpu()) {
        prepare.ifPresent(method -> program.prepare(method, images));
      }
      // what the archive was read through is as large as the weights
      NativeHeap.trim();
      return program;
    } catch (CancellationException | OutOfMemoryError e) {
      model.close();
      throw e;
    } catch (IOException | MalformedModelException | RuntimeException e) {
      model.close();
      String hint =
          prepare.isEmpty()
              ? ""
              : " (it needs oneDNN's operators, which the driver's engine has: give all processes"
                  + " the same libtorch)";
      throw new IOException(
          archive + " cannot be loaded by the PyTorch engine" + hint + ": " + e, e);
    }
  }

  private void prepare(String method, int images) {
    try (NDManager manager = newManager()) {
      run(manager, method, IValue.from((PtNDArray) manager.zeros(new Shape(images))));
    }
  }

  /**
   * A program that DJL has loaded already.
   *
   * @param info of the same archive
   * @param model whose block the archive is; closed with the program
   * @throws IllegalArgumentException if its block is none that the PyTorch engine loaded
   * @throws IOException if this processor's convolutions are wrong
   */
  public static LoadedProgram of(ProgramInfo info, Model model) throws IOException {
    if (!(model.getBlock() instanceof PtSymbolBlock)) {
      throw new IllegalArgumentException(
          "the model is a "
              + model.getBlock().getClass().getSimpleName()
              + ", not an exported file that DJL's engine PyTorch loaded");
    }
    if (!model.getNDManager().getDevice().isGpu()) {
      ConvolutionCheck.pass();
    }
    return new LoadedProgram(info, model);
  }

  /** What the program is. */
  public ProgramInfo info() {
    return info;
  }

  /** The device it runs on. */
  public Device device() {
    return model.getNDManager().getDevice();
  }

  /** Whether a method was called yet. */
  public boolean wasCalled() {
    return called;
  }

  /** A manager for one call: arrays made with it live until it is closed. */
  public NDManager newManager() {
    return model.getNDManager().newSubManager();
  }

  /** A list of arrays as an argument. */
  public static IValue list(List<PtNDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  /**
   * Calls a method of the program. On x86-64 subnormal numbers count as zeros in it, see {@link
   * Subnormals}.
   *
   * @param manager owns the results
   * @param arguments closed by this call
   * @return the members of the result tuple, each a list: of one array where the member is an array
   */
  public List<List<PtNDArray>> call(NDManager manager, String method, IValue... arguments) {
    called = true;
    return run(manager, method, arguments);
  }

  private List<List<PtNDArray>> run(NDManager manager, String method, IValue... arguments) {
    PtNDManager owner = (PtNDManager) manager;
    if (!CALLS.readLock().tryLock()) {
      if (HeadStart.isCurrent()) {
        throw new CancellationException("the process ends, and waits for this thread");
      }
      CALLS.readLock().lock();
    }
    // of the calling thread: a first call that profiles and a second that optimises would be a
    // third slower than those that follow, and no faster than these
    JniUtils.setGraphExecutorOptimize(false);
    try (IValue result =
        Subnormals.asZero(() -> IValueUtils.runMethod(module, method, arguments))) {
      if (!result.isTuple()) {
        return List.of(arrays(result, owner));
      }
      IValue[] members = result.toIValueTuple();
      try {
        return Arrays.stream(members).map(member -> arrays(member, owner)).toList();
      } finally {
        Arrays.stream(members).forEach(IValue::close);
      }
    } finally {
      Arrays.stream(arguments).forEach(IValue::close);
      CALLS.readLock().unlock();
    }
  }

  private static List<PtNDArray> arrays(IValue value, PtNDManager owner) {
    return value.isTensor() ? List.of(value.toTensor(owner)) : List.of(value.toTensorArray(owner));
  }

  @Override
  public void close() {
    model.close();
  }
}
