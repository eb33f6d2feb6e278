package curtain.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import curtain.calibration.Median;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Target;
import curtain.engine.EagerNetwork;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.OneDnn;
import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Times a network's forward pass and its pullbacks on a batch of images: with the compiled program,
 * and with PyTorch's autograd over the same network in the same process.
 */
public final class PullbackBenchmark {
  /** T of the gates and pools that autograd goes through. */
  public static final double PEER_TEMPERATURE = 0.3;

  private final Network network;
  private final Device device;
  private final float[] input;
  private final int batch;
  private final int targets;
  private final int repeat;

  /**
   * The medians over the repetitions.
   *
   * @param forward time of a forward pass, milliseconds per image
   * @param pullbacks time of the pullbacks of all targets with their forward passes, milliseconds
   *     per image
   */
  public record Timing(double forward, double pullbacks) {}

  /** A pass to be timed. */
  private interface Pass {
    void run() throws IOException;
  }

  /**
   * A benchmark of one batch.
   *
   * @param input N images (N, 3, H, W), each of the network's size, as {@link #noise} or {@link
   *     #photos} give them
   * @param targets K, the number of targets of each image
   * @param repeat timed passes of each kind, after one that is not timed
   */
  public PullbackBenchmark(Network network, Device device, float[] input, int targets, int repeat) {
    this.network = network;
    this.device = device;
    this.input = input.clone();
    this.batch = input.length / (3 * network.imageSize() * network.imageSize());
    this.targets = targets;
    this.repeat = repeat;
  }

  /** N random images (N, 3, H, W) of a network's size: numbers evenly from -1 to 1. */
  public static float[] noise(Network network, int batch) {
    Random random = new Random(0);
    float[] x = new float[batch * 3 * network.imageSize() * network.imageSize()];
    IntStream.range(0, x.length).forEach(i -> x[i] = 2 * random.nextFloat() - 1);
    return x;
  }

  /**
   * N images (N, 3, H, W) of these, which begin again where they are fewer.
   *
   * @param images each (3, H, W) in 8 bits, of the network's size; one or more
   */
  public static float[] photos(Network network, int batch, List<byte[]> images) {
    MicroBatch one = new MicroBatch(1, network.imageSize());
    int size = 3 * network.imageSize() * network.imageSize();
    float[] x = new float[batch * size];
    for (int i = 0; i < batch; i++) {
      System.arraycopy(one.values(images.get(i % images.size())), 0, x, i * size, size);
    }
    return x;
  }

  /**
   * Times the compiled program, whose one forward pass serves all targets.
   *
   * @param temperature T of the sigmoid gates and softmax pools
   * @throws IOException if the program cannot be written or loaded
   */
  public Timing compiled(double temperature) throws IOException {
    Path archive = Files.createTempFile("curtain", ".pt");
    try {
      Target target = Target.float32(device.isGpu());
      OneDnn.write(Compiler.compile(network, CompileOptions.DEFAULT.on(target)), archive);
      try (LoadedProgram program = LoadedProgram.load(archive, device, batch);
          NDManager manager = program.newManager()) {
        PtNDArray x = images(manager);
        PtNDArray classes = classes(manager, targets);
        PtNDArray t =
            (PtNDArray) manager.create(new float[] {(float) temperature}, new Shape(1, 1, 1, 1));
        int layers = program.info().relus().size();
        double forward = time(() -> call(program, "forward", IValue.from(x)));
        double pullbacks =
            time(
                () ->
                    call(
                        program,
                        "pullback",
                        IValue.from(x),
                        IValue.from(classes),
                        LoadedProgram.list(Collections.nCopies(layers, t))));
        return new Timing(forward, pullbacks);
      }
    } finally {
      Files.delete(archive);
    }
  }

  /** Calls a method, and fetches the last element of each result, so that a GPU has finished. */
  private static void call(LoadedProgram program, String method, IValue... arguments) {
    try (NDManager manager = program.newManager()) {
      program.call(manager, method, arguments).forEach(r -> await(r.get(0)));
    }
  }

  private static void await(NDArray array) {
    array.flatten().get(-1).toFloatArray();
  }

  /**
   * Times autograd, with a forward and a backward pass for every target, at {@link
   * #PEER_TEMPERATURE}.
   *
   * @throws IOException if the program cannot be written or loaded
   */
  public Timing eager() throws IOException {
    // with optimization on, TorchScript's executor would differentiate subgraphs itself in place of
    // autograd
    JniUtils.setGraphExecutorOptimize(false);
    try (EagerNetwork eager = EagerNetwork.load(network, device)) {
      PtNDArray x = images(eager.manager());
      double forward =
          time(
              () -> {
                try (NDManager call = eager.manager().newSubManager()) {
                  await(eager.forward(call, x));
                }
              });
      double pullbacks =
          time(
              () -> {
                for (int target = 0; target < targets; target++) {
                  try (NDManager call = eager.manager().newSubManager()) {
                    await(eager.pullback(call, x, target));
                  }
                }
              });
      return new Timing(forward, pullbacks);
    }
  }

  private PtNDArray images(NDManager manager) {
    int side = network.imageSize();
    return (PtNDArray) manager.create(input, new Shape(batch, 3, side, side));
  }

  private PtNDArray classes(NDManager manager, int count) {
    long[] classes = new long[batch * count];
    Arrays.setAll(classes, i -> i % count);
    return (PtNDArray) manager.create(classes, new Shape(batch, count));
  }

  /** The median time of a pass, milliseconds per image, after one run that is not counted. */
  private double time(Pass pass) throws IOException {
    pass.run();
    double[] milliseconds = new double[repeat];
    for (int i = 0; i < repeat; i++) {
      long start = System.nanoTime();
      pass.run();
      milliseconds[i] = (System.nanoTime() - start) / 1e6 / batch;
    }
    return Median.of(milliseconds);
  }
}
