package curtain.pullback;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.engine.HostMemory;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.NativeHeap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Computes excitation pullbacks, and on request vanilla gradients, of micro-batches [paper, section
 * 4.2; spec 2], in float32, from one forward pass for all temperatures and as many targets as a
 * call takes.
 *
 * <p>Every call runs the program on a whole batch, see {@link MicroBatch}.
 */
public final class PullbackKernel implements AutoCloseable {
  /** Pairs of temperature and target per image in one call; more take several calls. */
  private static final int MAX_ROWS = 8;

  private final LoadedProgram program;
  private final int rows;
  private final Set<Extra> extras;
  private final int temperatures;
  private final int side;
  private final NDManager manager;
  private final List<PtNDArray> temperatureList;
  private final MicroBatch inputs;

  /**
   * Prepares the temperatures on the program's device.
   *
   * @param temperatures M values T above 0, the same for all layers
   * @param extras what results carry beside pullbacks
   * @throws IllegalArgumentException if a temperature is not above 0, or the batch is empty
   */
  public PullbackKernel(
      LoadedProgram program, int batchSize, List<Double> temperatures, Set<Extra> extras) {
    this(
        program,
        batchSize,
        Temperatures.uniform(temperatures, program.info().relus().size()),
        extras);
  }

  /**
   * Prepares calibrated temperatures on the program's device.
   *
   * @param temperatures temperatures of the program's ReLU calls
   * @param extras what results carry beside pullbacks
   * @throws IllegalArgumentException if the temperatures are of other layers, or the batch is empty
   */
  public PullbackKernel(
      LoadedProgram program, int batchSize, Temperatures temperatures, Set<Extra> extras) {
    this.program = program;
    this.extras = Set.copyOf(extras);
    this.temperatures = temperatures.count();
    this.side = program.info().imageSize();
    this.manager = program.newManager();
    this.inputs = new MicroBatch(batchSize, side, manager);
    this.rows = inputs.rows();
    this.temperatureList = temperatures.tensors(manager, program.info().relus());
  }

  /**
   * Finds the classes that the targets are, by a forward pass where they are the largest logits.
   *
   * @param images at most {@code batchSize} images, each (3, H, W) in 8 bits
   * @return the classes of each image, the largest logit's first where targets are the largest
   * @throws IllegalArgumentException as {@link #run}
   */
  public List<List<Integer>> classes(List<byte[]> images, Targets targets) {
    check(images, targets);
    if (targets.top() == 0) {
      return targets.classes();
    }
    try (NDManager call = program.newManager()) {
      return largest(call, inputs.fill(call, images), targets.top()).subList(0, images.size());
    }
  }

  private void check(List<byte[]> images, Targets targets) {
    inputs.check(images.size());
    targets.check(images.size(), program.info().classes());
  }

  /**
   * Computes one micro-batch.
   *
   * @param images at most {@code batchSize} images, each (3, H, W) in 8 bits
   * @return one result for each image, in order
   * @throws IllegalArgumentException if there are more images than the batch holds, an image has
   *     another size, or the targets do not fit the images or the network
   */
  public List<ImagePullbacks> run(List<byte[]> images, Targets targets) {
    check(images, targets);
    NativeHeap.trimIfGrown();
    int chunk = Math.max(1, MAX_ROWS / temperatures);
    try (NDManager call = program.newManager()) {
      PtNDArray x = inputs.fill(call, images);
      if (targets.count() <= chunk) {
        return run(call, x, images.size(), targets);
      }
      List<List<Integer>> classes =
          targets.top() > 0 ? largest(call, x, targets.top()) : targets.classes();
      List<List<ImagePullbacks>> parts = new ArrayList<>();
      for (int from = 0; from < targets.count(); from += chunk) {
        int start = from;
        int end = Math.min(from + chunk, targets.count());
        Targets part = Targets.of(classes.stream().map(c -> c.subList(start, end)).toList());
        try (NDManager partCall = program.newManager()) {
          parts.add(run(partCall, x, images.size(), part));
        }
      }
      return IntStream.range(0, images.size())
          .mapToObj(i -> join(parts.stream().map(part -> part.get(i)).toList()))
          .toList();
    }
  }

  private List<ImagePullbacks> run(NDManager call, PtNDArray x, int images, Targets targets) {
    boolean decisions = extras.contains(Extra.DECISIONS);
    List<List<PtNDArray>> results =
        program.call(
            call,
            (extras.contains(Extra.GRADIENTS) ? "rows" : "pullback_rows")
                + (decisions ? "_and_decisions" : ""),
            IValue.from(x),
            IValue.from(classes(call, targets)),
            IValue.from(targets.top()),
            LoadedProgram.list(temperatureList));
    int k = targets.count();
    int pixels = 3 * side * side;
    PtNDArray gradient = extras.contains(Extra.GRADIENTS) ? results.get(3).get(0) : null;
    FloatBuffer logits = floats(results.get(0).get(0));
    long[] chosen = results.get(1).get(0).toLongArray();
    Directions directions = directions(call, results.get(2).get(0), gradient, k);
    FloatBuffer pullbacks = directions.pullbacks();
    FloatBuffer gradients = directions.gradients();
    int last = results.size() - 1;
    List<byte[][]> signs = decisions ? signs(results.get(last - 1), images) : List.of();
    List<byte[][]> selections = decisions ? selections(results.get(last), images) : List.of();
    int classes = program.info().classes();
    List<ImagePullbacks> all = new ArrayList<>();
    for (int n = 0; n < images; n++) {
      int[] own = new int[k];
      float[][] vanilla = new float[gradients == null ? 0 : k][];
      float[][][] pullback = new float[temperatures][k][];
      for (int i = 0; i < k; i++) {
        own[i] = (int) chosen[n * k + i];
        if (gradients != null) {
          vanilla[i] = part(gradients, n * k + i, pixels);
        }
        for (int m = 0; m < temperatures; m++) {
          pullback[m][i] = part(pullbacks, (m * rows + n) * k + i, pixels);
        }
      }
      all.add(
          new ImagePullbacks(
              part(logits, n, classes),
              own,
              pullback,
              vanilla,
              of(signs, n),
              of(selections, n),
              directions.lengths().isEmpty() ? null : directions.lengths().get(n)));
    }
    return all;
  }

  private PtNDArray classes(NDManager call, Targets targets) {
    int k = targets.top() > 0 ? 1 : targets.count();
    long[] classes = new long[rows * k];
    int at = 0;
    for (List<Integer> image : targets.classes()) {
      for (int target : image) {
        classes[at++] = target;
      }
    }
    return (PtNDArray) call.create(classes, new Shape(rows, k));
  }

  /** The classes of every image's largest logits. */
  private List<List<Integer>> largest(NDManager call, PtNDArray x, int top) {
    float[] logits = program.call(call, "forward", IValue.from(x)).get(0).get(0).toFloatArray();
    return Targets.largest(logits, program.info().classes(), top);
  }

  private static ImagePullbacks join(List<ImagePullbacks> parts) {
    ImagePullbacks first = parts.get(0);
    int temperatures = first.temperatures();
    float[][][] pullbacks = new float[temperatures][][];
    for (int m = 0; m < temperatures; m++) {
      int position = m;
      pullbacks[m] =
          parts.stream()
              .flatMap(p -> Arrays.stream(p.pullbacksAt(position)))
              .toArray(float[][]::new);
    }
    return new ImagePullbacks(
        first.logits(),
        parts.stream().flatMapToInt(p -> Arrays.stream(p.targets())).toArray(),
        pullbacks,
        parts.stream().flatMap(p -> Arrays.stream(p.gradients())).toArray(float[][]::new),
        first.signs(),
        first.selections(),
        first.lengths().isEmpty()
            ? null
            : Lengths.join(parts.stream().map(part -> part.lengths().orElseThrow()).toList()));
  }

  /** One image's part of what every layer has. */
  private static List<byte[]> of(List<byte[][]> layers, int n) {
    return layers.stream().map(layer -> layer[n]).toList();
  }

  /** For each layer the signs of the first n images; a layer is copied from its device once. */
  private List<byte[][]> signs(List<PtNDArray> layers, int n) {
    List<byte[][]> signs = new ArrayList<>();
    for (PtNDArray layer : layers) {
      ByteBuffer all = layer.toByteBuffer();
      int gates = all.remaining() / rows;
      byte[][] own = new byte[n][(gates + 7) / 8];
      for (byte[] bits : own) {
        for (int i = 0; i < gates; i++) {
          if (all.get() != 0) {
            bits[i >> 3] |= (byte) (1 << (i & 7));
          }
        }
      }
      signs.add(own);
    }
    return signs;
  }

  /** For each pool the selections of the first n images; a pool is copied from its device once. */
  private List<byte[][]> selections(List<PtNDArray> pools, int n) {
    List<byte[][]> selections = new ArrayList<>();
    for (PtNDArray pool : pools) {
      long[] all = pool.toLongArray();
      int windows = all.length / rows;
      byte[][] own = new byte[n][];
      for (int image = 0; image < n; image++) {
        ByteBuffer selected = ByteBuffer.allocate(4 * windows).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < windows; i++) {
          selected.putInt((int) all[image * windows + i]);
        }
        own[image] = selected.array();
      }
      selections.add(own);
    }
    return selections;
  }

  /**
   * A batch's pullbacks and gradients in Java's memory.
   *
   * @param pullbacks (M, N, K, 3, H, W)
   * @param gradients (N, K, 3, H, W), or null
   * @param lengths those of each of the N images; empty where nothing was rounded
   */
  private record Directions(FloatBuffer pullbacks, FloatBuffer gradients, List<Lengths> lengths) {}

  private Directions directions(NDManager call, PtNDArray pullbacks, PtNDArray gradients, int k) {
    if (!extras.contains(Extra.HALVES)) {
      return new Directions(
          floats(pullbacks), gradients == null ? null : floats(gradients), List.of());
    }
    LoadedProgram transfer = HostMemory.transfer(program.device());
    List<List<PtNDArray>> own = transfer.call(call, "halves", IValue.from(pullbacks));
    DoubleBuffer norms = doubles(own.get(1).get(0));
    FloatBuffer largest = floats(own.get(2).get(0));
    if (gradients == null) {
      return new Directions(
          widened(own.get(0).get(0)), null, lengths(k, norms, largest, null, null, null));
    }
    List<List<PtNDArray>> vanilla = transfer.call(call, "halves", IValue.from(gradients));
    List<List<PtNDArray>> dots =
        transfer.call(call, "dots", IValue.from(pullbacks), IValue.from(gradients));
    return new Directions(
        widened(own.get(0).get(0)),
        widened(vanilla.get(0).get(0)),
        lengths(
            k,
            norms,
            largest,
            doubles(dots.get(0).get(0)),
            doubles(vanilla.get(1).get(0)),
            floats(vanilla.get(2).get(0))));
  }

  /** The lengths by image: buffers of pullbacks are (M, N, K), of gradients (N, K) or null. */
  private List<Lengths> lengths(
      int k,
      DoubleBuffer norms,
      FloatBuffer largest,
      DoubleBuffer dots,
      DoubleBuffer gradientNorms,
      FloatBuffer gradientLargest) {
    List<Lengths> all = new ArrayList<>();
    for (int n = 0; n < rows; n++) {
      Lengths own =
          new Lengths(
              new double[temperatures][k],
              new float[temperatures][k],
              new double[dots == null ? 0 : temperatures][k],
              new double[dots == null ? 0 : k],
              new float[dots == null ? 0 : k]);
      for (int m = 0; m < temperatures; m++) {
        int at = (m * rows + n) * k;
        norms.get(at, own.norms()[m]);
        largest.get(at, own.largest()[m]);
        if (dots != null) {
          dots.get(at, own.dots()[m]);
        }
      }
      if (dots != null) {
        gradientNorms.get(n * k, own.gradientNorms());
        gradientLargest.get(n * k, own.gradientLargest());
      }
      all.add(own);
    }
    return all;
  }

  /** Halves of the device as float32 in Java's memory: they are widened by the host. */
  private static FloatBuffer widened(PtNDArray halves) {
    return floats(HostMemory.array(halves).toType(DataType.FLOAT32, false));
  }

  private static FloatBuffer floats(PtNDArray array) {
    return HostMemory.of(array).asFloatBuffer();
  }

  private static DoubleBuffer doubles(PtNDArray array) {
    return HostMemory.of(array).asDoubleBuffer();
  }

  private static float[] part(FloatBuffer all, int index, int length) {
    float[] part = new float[length];
    all.get(index * length, part);
    return part;
  }

  @Override
  public void close() {
    manager.close();
  }
}
