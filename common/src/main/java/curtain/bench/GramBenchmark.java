package curtain.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.calibration.Median;
import curtain.compile.Compiler;
import curtain.compile.Target;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.gram.GateBlock;
import curtain.gram.GramKernel;
import curtain.gram.GramOptions;
import curtain.gram.IntegerProducts;
import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * Times tiles of a Gram matrix on random images beside bare matrix products of the same gates, once
 * in the numbers that tiles use and once in float32, alternating. Throughput counts the
 * multiply-adds of gates only, d n^2 for d gates and n images.
 */
public final class GramBenchmark {
  /**
   * The medians over the repetitions.
   *
   * @param integers how integers are multiplied on this device
   * @param gates number of gates of an image
   * @param tile throughput of a whole tile, billions of multiply-adds a second; its time includes
   *     the products of pixels and features, logarithms, normalised sums and the copy to Java
   * @param product throughput of the bare products in the numbers that the tile uses, in the same
   *     unit
   * @param floatProduct throughput of the bare products in float32, in the same unit
   * @param observe time of the pass that gives gates, milliseconds per image
   */
  public record Timing(
      IntegerProducts integers,
      long gates,
      double tile,
      double product,
      double floatProduct,
      double observe) {}

  private interface Work {
    void run();
  }

  private GramBenchmark() {}

  /**
   * Runs the benchmark.
   *
   * @param options what is multiplied, and how
   * @param batch images of a forward pass
   * @param block n, the number of images of the tile's rows, which are its columns too
   * @param repeat timed runs of each, after one that is not timed
   * @throws IOException if the program cannot be written or loaded
   */
  public static Timing run(
      Network network, Device device, GramOptions options, int batch, int block, int repeat)
      throws IOException {
    Path archive = Files.createTempFile("curtain", ".pt");
    try {
      Target target = Target.float32(device.isGpu());
      OneDnn.write(Compiler.gram(network, options.gate(), options.numbers(), target), archive);
      try (LoadedProgram program = LoadedProgram.load(archive, device);
          GramKernel kernel = new GramKernel(program, options, batch)) {
        return time(program, options, kernel, images(network.imageSize(), block), repeat);
      }
    } finally {
      Files.delete(archive);
    }
  }

  private static List<byte[]> images(int side, int count) {
    Random random = new Random(0);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[3 * side * side];
      random.nextBytes(pixels);
      images.add(pixels);
    }
    return images;
  }

  private static Timing time(
      LoadedProgram program,
      GramOptions options,
      GramKernel kernel,
      List<byte[]> images,
      int repeat) {
    IntegerProducts integers = IntegerProducts.of(program);
    int n = images.size();
    try (GateBlock rows = kernel.join(observe(kernel, images), n);
        NDManager manager = program.newManager()) {
      List<PtNDArray> floats = rows.gates().stream().map(gates -> asFloat(gates, manager)).toList();
      Work[] works = {
        () -> kernel.diagonal(rows, false),
        () -> bare(program, rows.gates(), rows.gates(), options.form(integers).code()),
        () -> bare(program, floats, floats, IntegerProducts.Form.FLOAT32),
        () ->
            observe(kernel, images.subList(0, Math.min(n, kernel.batchSize())))
                .forEachRemaining(GateBlock::close)
      };
      double[][] seconds = new double[works.length][repeat];
      for (int i = -1; i < repeat; i++) {
        for (int w = 0; w < works.length; w++) {
          long start = System.nanoTime();
          works[w].run();
          seconds[w][Math.max(0, i)] = (System.nanoTime() - start) / 1e9;
        }
      }
      long gates = GramKernel.gates(program.info());
      double billions = (double) gates * n * n / 1e9;
      return new Timing(
          integers,
          gates,
          billions / Median.of(seconds[0]),
          billions / Median.of(seconds[1]),
          billions / Median.of(seconds[2]),
          Median.of(seconds[3]) * 1000 / Math.min(n, kernel.batchSize()));
    }
  }

  private static PtNDArray asFloat(PtNDArray gates, NDManager manager) {
    PtNDArray floats = gates.toType(DataType.FLOAT32, true);
    floats.attach(manager);
    return floats;
  }

  private static Iterator<GateBlock> observe(GramKernel kernel, List<byte[]> images) {
    List<GateBlock> blocks = new ArrayList<>();
    for (int from = 0; from < images.size(); from += kernel.batchSize()) {
      blocks.add(
          kernel.observe(images.subList(from, Math.min(images.size(), from + kernel.batchSize()))));
    }
    return blocks.iterator();
  }

  /** Multiplies gates, and fetches an element of the result, so that a GPU has finished. */
  private static void bare(LoadedProgram program, List<PtNDArray> a, List<PtNDArray> b, int form) {
    try (NDManager call = program.newManager()) {
      program
          .call(call, "bare", LoadedProgram.list(a), LoadedProgram.list(b), IValue.from(form))
          .get(0)
          .get(0)
          .flatten()
          .get(-1)
          .toType(DataType.FLOAT32, true)
          .toFloatArray();
    }
  }
}
