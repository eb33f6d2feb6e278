package curtain.jobs.check;

import ai.djl.Device;
import curtain.calibration.CalibrationKernel;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Program;
import curtain.compile.ProgramInfo;
import curtain.compile.Target;
import curtain.engine.LoadedProgram;
import curtain.gates.Gate;
import curtain.gram.GateBlock;
import curtain.gram.GramKernel;
import curtain.gram.GramOptions;
import curtain.jobs.task.ProgramFile;
import curtain.network.Network;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import curtain.pullback.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A network tried on a few images: what it says of them, and how long the commands' passes take for
 * one image, at the commands' defaults. Each time is the shortest of several batches, the first of
 * which does not count where there are others.
 *
 * @param answers pullback of the largest logit of each image, in order
 * @param info layers of the network
 * @param batch number of images in the timed batches
 * @param forward seconds of a forward pass
 * @param pullback seconds of a forward pass and a pullback
 * @param distribution seconds of a pass that measures pre-activations
 * @param observe seconds of a pass that keeps gates
 * @param pair seconds of the inner products of a pair of images
 */
record Trial(
    List<ImagePullbacks> answers,
    ProgramInfo info,
    int batch,
    double forward,
    double pullback,
    double distribution,
    double observe,
    double pair) {
  private static final double TEMPERATURE = 0.3;

  /** Images of a batch: few, for a large network takes seconds for each. */
  private static final int FEW = 4;

  /** Images whose gates are multiplied, with each other. */
  private static final int BLOCK = 16;

  private static final int REPEAT = 2;

  /** Something to be timed. */
  private interface Work {
    void run() throws IOException;
  }

  /** Something to be done with a program that is loaded. */
  private interface Use<T> {
    T with(LoadedProgram program) throws IOException;
  }

  /** What the program of pullbacks tells. */
  private record Pulled(
      List<ImagePullbacks> answers, ProgramInfo info, double forward, double pullback) {}

  /** What the program of Gram matrices tells. */
  private record Multiplied(double observe, double pair) {}

  /**
   * Tries a network in this thread.
   *
   * @param pixels images, each (3, H, W) in 8 bits; black ones are timed where there is none
   * @param largest value of {@code --batch-size}
   * @param threads number of the engine's threads, if it has not started yet
   * @throws IOException if a program cannot be written or loaded
   */
  static Trial of(Network network, List<byte[]> pixels, int largest, Device device, int threads)
      throws IOException {
    int batch = Math.min(FEW, largest);
    int side = network.imageSize();
    List<byte[]> timed =
        pixels.isEmpty()
            ? Collections.nCopies(batch, new byte[3 * side * side])
            : IntStream.range(0, batch).mapToObj(i -> pixels.get(i % pixels.size())).toList();
    Target target = Target.float32(device.isGpu());
    Pulled pulled =
        use(
            Compiler.compile(network, CompileOptions.DEFAULT.on(target)),
            device,
            threads,
            program -> pull(program, pixels, timed));
    double distribution =
        use(
            Compiler.calibration(network, target),
            device,
            threads,
            program -> {
              CalibrationKernel kernel = new CalibrationKernel(program, batch);
              return shortest(() -> kernel.add(timed)) / batch;
            });
    GramOptions options = GramOptions.of(Gate.SIGMOID, TEMPERATURE, false, true);
    Multiplied multiplied =
        use(
            Compiler.gram(network, options.gate(), options.numbers(), target),
            device,
            threads,
            program -> multiply(program, options, timed));
    return new Trial(
        pulled.answers(),
        pulled.info(),
        batch,
        pulled.forward(),
        pulled.pullback(),
        distribution,
        multiplied.observe(),
        multiplied.pair());
  }

  private static <T> T use(Program program, Device device, int threads, Use<T> use)
      throws IOException {
    Path file = ProgramFile.write(program, threads);
    try (LoadedProgram loaded = LoadedProgram.load(file, device)) {
      return use.with(loaded);
    } finally {
      Files.delete(file);
    }
  }

  private static Pulled pull(LoadedProgram program, List<byte[]> pixels, List<byte[]> timed)
      throws IOException {
    int batch = timed.size();
    Targets predicted = Targets.top(1);
    List<ImagePullbacks> answers = new ArrayList<>();
    try (PullbackKernel kernel =
        new PullbackKernel(program, batch, List.of(TEMPERATURE), Set.of())) {
      for (int from = 0; from < pixels.size(); from += batch) {
        List<byte[]> some = pixels.subList(from, Math.min(pixels.size(), from + batch));
        answers.addAll(kernel.run(some, predicted));
      }
      double pullback = shortest(() -> kernel.run(timed, predicted));
      double forward = shortest(() -> kernel.classes(timed, predicted));
      return new Pulled(answers, program.info(), forward / batch, pullback / batch);
    }
  }

  private static Multiplied multiply(LoadedProgram program, GramOptions options, List<byte[]> timed)
      throws IOException {
    int batch = timed.size();
    try (GramKernel kernel = new GramKernel(program, options, batch)) {
      double observe = shortest(() -> kernel.observe(timed).close());
      int blocks = Math.max(1, BLOCK / batch);
      Iterator<GateBlock> parts =
          IntStream.range(0, blocks).mapToObj(i -> kernel.observe(timed)).iterator();
      int n = blocks * batch;
      try (GateBlock block = kernel.join(parts, n)) {
        double pairs = shortest(() -> kernel.diagonal(block, false));
        return new Multiplied(observe / batch, pairs / n / n);
      }
    }
  }

  private static double shortest(Work work) throws IOException {
    work.run();
    double shortest = Double.MAX_VALUE;
    for (int i = 0; i < REPEAT; i++) {
      long start = System.nanoTime();
      work.run();
      shortest = Math.min(shortest, (System.nanoTime() - start) / 1e9);
    }
    return shortest;
  }
}
