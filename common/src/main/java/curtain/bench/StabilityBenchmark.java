package curtain.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.calibration.Median;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Target;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.OneDnn;
import curtain.network.Network;
import curtain.stability.StabilityKernel;
import curtain.stability.StabilitySums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Times {@link StabilityKernel} on random images at T = 0.3 beside the passes that it consists of
 * alone, alternating: a forward and two backward passes for each of N checkpoints, a forward pass
 * that keeps pre-activations for each of S, and 2 N S passes with frozen gates.
 */
public final class StabilityBenchmark implements AutoCloseable {
  private static final double TEMPERATURE = 0.3;

  /** The number of first runs that are not timed, during which Java compiles the kernel's loops. */
  private static final int UNTIMED = 4;

  private final List<LoadedProgram> programs = new ArrayList<>();
  private final int lending;
  private final int batch;
  private final List<byte[]> images = new ArrayList<>();
  private final List<List<Integer>> labels;

  /**
   * The medians over the repetitions.
   *
   * @param passes time of the passes alone, milliseconds per image
   * @param kernel time of the kernel, milliseconds per image
   */
  public record Timing(double passes, double kernel) {}

  /** Something to be timed. */
  private interface Work {
    void run();
  }

  private StabilityBenchmark(int lending, int batch, int side) {
    this.lending = lending;
    this.batch = batch;
    this.labels = Collections.nCopies(batch, List.of(0));
    Random random = new Random(0);
    for (int i = 0; i < batch; i++) {
      byte[] pixels = new byte[3 * side * side];
      random.nextBytes(pixels);
      images.add(pixels);
    }
  }

  /**
   * Runs the benchmark.
   *
   * @param network network whose weights every checkpoint has, in a copy of its own
   * @param batch images of a pass
   * @param checkpoints N, the number of checkpoints
   * @param gatesFrom S, the number of checkpoints that lend their gates, at most N
   * @param repeat timed runs of each, after some that are not timed
   * @throws IOException if the program cannot be written or loaded
   */
  public static Timing run(
      Network network, Device device, int batch, int checkpoints, int gatesFrom, int repeat)
      throws IOException {
    Path archive = Files.createTempFile("curtain", ".pt");
    try (StabilityBenchmark benchmark =
        new StabilityBenchmark(gatesFrom, batch, network.imageSize())) {
      Target target = Target.float32(device.isGpu());
      OneDnn.write(Compiler.compile(network, CompileOptions.DEFAULT.on(target)), archive);
      for (int t = 0; t < checkpoints; t++) {
        benchmark.programs.add(LoadedProgram.load(archive, device));
      }
      return benchmark.time(repeat);
    } finally {
      Files.delete(archive);
    }
  }

  private Timing time(int repeat) {
    LoadedProgram first = programs.get(0);
    List<Integer> lenders = new ArrayList<>();
    for (int s = 0; s < lending; s++) {
      lenders.add(s);
    }
    StabilitySums sums = new StabilitySums(programs.size(), lending, first.info().relus(), false);
    try (StabilityKernel kernel = new StabilityKernel(programs, lenders, batch, TEMPERATURE, sums);
        Arguments input = new Arguments(first, batch, images)) {
      Work[] works = {() -> passes(input), () -> kernel.run(images, labels)};
      double[][] milliseconds = new double[works.length][repeat];
      for (int i = -UNTIMED; i < repeat; i++) {
        for (int w = 0; w < works.length; w++) {
          long start = System.nanoTime();
          works[w].run();
          milliseconds[w][Math.max(0, i)] = (System.nanoTime() - start) / 1e6 / batch;
        }
      }
      return new Timing(Median.of(milliseconds[0]), Median.of(milliseconds[1]));
    }
  }

  /**
   * The passes' arguments on the device; every pass gets the gates of one and the same checkpoint.
   */
  private static final class Arguments implements AutoCloseable {
    private final NDManager manager;
    private final PtNDArray x;
    private final PtNDArray classes;
    private final List<PtNDArray> temperatures;
    private final List<List<PtNDArray>> gates;

    Arguments(LoadedProgram program, int batch, List<byte[]> images) {
      int rows = Math.max(2, batch);
      manager = program.newManager();
      x = new MicroBatch(rows, program.info().imageSize()).fill(manager, images);
      classes = (PtNDArray) manager.create(new long[rows], new Shape(rows, 1));
      PtNDArray t =
          (PtNDArray) manager.create(new float[] {(float) TEMPERATURE}, new Shape(1, 1, 1, 1));
      temperatures = Collections.nCopies(program.info().relus().size(), t);
      gates = program.call(manager, "gates_of", IValue.from(x), LoadedProgram.list(temperatures));
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  private void passes(Arguments input) {
    for (LoadedProgram program : programs) {
      try (NDManager call = program.newManager()) {
        await(
            program.call(
                call,
                "rows",
                IValue.from(input.x),
                IValue.from(input.classes),
                IValue.from(0),
                LoadedProgram.list(input.temperatures)));
      }
    }
    for (int s = 0; s < lending; s++) {
      LoadedProgram lender = programs.get(s);
      try (NDManager call = lender.newManager()) {
        await(lender.call(call, "preactivations", IValue.from(input.x)));
      }
    }
    for (int pass = 0; pass < 2 * lending * programs.size(); pass++) {
      LoadedProgram program = programs.get(pass % programs.size());
      try (NDManager call = program.newManager()) {
        await(
            program.call(
                call,
                "frozen",
                IValue.from(input.x),
                LoadedProgram.list(input.gates.get(1 + pass % 2)),
                LoadedProgram.list(input.gates.get(3))));
      }
    }
  }

  /** Fetches an element of the first result, so that a GPU has finished. */
  private static void await(List<List<PtNDArray>> results) {
    results.get(0).get(0).flatten().get(-1).toFloatArray();
  }

  @Override
  public void close() {
    programs.forEach(LoadedProgram::close);
  }
}
