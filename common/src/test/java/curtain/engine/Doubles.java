package curtain.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.compile.Program;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A network compiled in float64, its methods called with arrays: for identities. */
public final class Doubles implements AutoCloseable {
  private final LoadedProgram program;
  private final NDManager manager;

  private Doubles(LoadedProgram program) {
    this.program = program;
    this.manager = program.newManager();
  }

  /** Compiles and loads. */
  public static Doubles compile(Network network, Gate gate, PoolGate pool, boolean compat)
      throws IOException {
    return load(
        Compiler.compile(network, new CompileOptions(gate, pool, compat, Precision.FLOAT64)));
  }

  /** Loads a program. */
  static Doubles load(Program compiled) throws IOException {
    Path archive = Files.createTempFile("doubles", ".pt");
    try {
      compiled.write(archive);
      return new Doubles(LoadedProgram.load(archive, Device.cpu()));
    } finally {
      Files.delete(archive);
    }
  }

  /** Values with their shape, row-major. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Array(double[] values, long... shape) {
    /** Uniform in [-1, 1]. */
    public static Array random(SplittableRandom random, long... shape) {
      int size = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
      return new Array(random.doubles(size, -1, 1).toArray(), shape);
    }

    /** Equal values in the shape of this. */
    public Array filled(double value) {
      double[] all = new double[values.length];
      Arrays.fill(all, value);
      return new Array(all, shape);
    }
  }

  /** Names and shapes of the calls. */
  public curtain.compile.ProgramInfo info() {
    return program.info();
  }

  /** Logits (N, C). */
  public double[] logits(Array x) {
    return values(one(call("forward", tensor(x))));
  }

  /** z of every ReLU call. */
  public List<Array> preactivations(Array x) {
    return call("preactivations", tensor(x)).get(1).stream().map(Doubles::array).toList();
  }

  /** Selections of every max-pool call. */
  public List<PtNDArray> selections(Array x) {
    return call("selections", tensor(x)).get(0);
  }

  /** Logits of the affine network with these gates and selections. */
  public double[] frozen(Array x, List<Array> gates, List<PtNDArray> pools) {
    return values(
        one(
            call(
                "frozen",
                tensor(x),
                LoadedProgram.list(gates.stream().map(this::array).toList()),
                LoadedProgram.list(pools))));
  }

  /** Pullbacks (M, N, K, 3, H, W); for each ReLU call M temperatures. */
  public double[] pullback(Array x, long[][] targets, List<double[]> temperatures) {
    long[] flat = Arrays.stream(targets).flatMapToLong(Arrays::stream).toArray();
    PtNDArray t = (PtNDArray) manager.create(flat, new Shape(targets.length, targets[0].length));
    List<PtNDArray> list =
        temperatures.stream().map(v -> array(new Array(v, v.length, 1, 1, 1))).toList();
    return values(
        call("pullback", tensor(x), IValue.from(t), LoadedProgram.list(list)).get(1).get(0));
  }

  private List<List<PtNDArray>> call(String method, IValue... arguments) {
    return program.call(manager, method, arguments);
  }

  private static PtNDArray one(List<List<PtNDArray>> result) {
    return result.get(0).get(0);
  }

  private IValue tensor(Array array) {
    return IValue.from(array(array));
  }

  private PtNDArray array(Array array) {
    return (PtNDArray) manager.create(array.values(), new Shape(array.shape()));
  }

  private static Array array(PtNDArray array) {
    return new Array(values(array), array.getShape().getShape());
  }

  private static double[] values(PtNDArray array) {
    return array.toDoubleArray();
  }

  @Override
  public void close() {
    manager.close();
    program.close();
  }
}
