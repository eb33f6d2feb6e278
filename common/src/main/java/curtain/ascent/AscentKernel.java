package curtain.ascent;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.engine.HostMemory;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.NativeHeap;
import curtain.pullback.PullbackKernel;
import curtain.pullback.Targets;
import curtain.pullback.Temperatures;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Projected gradient ascent [paper, section 6.1; spec 5] in micro-batches: from every image towards
 * every target, steps along the program's pullback of the target's logit at the current point. A
 * program with hard gates and hard pools steps along the vanilla gradient.
 *
 * <p>A row of a micro-batch is a pair of image and target. Every call runs the program on exactly
 * {@code batchSize} rows, at least 2, with black images in the rows left over, as {@link
 * PullbackKernel} does: so a walk does not depend on how full its batch is, nor on the walks beside
 * it. The iteration is chaotic: a rounding error grows to tens of units within ten steps. So a walk
 * may end elsewhere in another row, or with another batch size. Directions and logits come from the
 * device in float32; the step is computed in Java, see {@link AscentOptions#step}.
 */
public final class AscentKernel implements AutoCloseable {
  private final LoadedProgram program;
  private final AscentOptions options;
  private final int rows;
  private final int pixels;
  private final MicroBatch inputs;
  private final NDManager manager;
  private final List<PtNDArray> temperatures;

  /**
   * Prepares the temperature on the program's device.
   *
   * @param batchSize rows of a micro-batch, at least 1
   * @param temperature T of gates and pools, above 0 and below 1e6, the same for all layers; hard
   *     gates and pools ignore it
   * @throws IllegalArgumentException if the batch is empty or the temperature out of range
   */
  public AscentKernel(
      LoadedProgram program, int batchSize, double temperature, AscentOptions options) {
    this(
        program,
        batchSize,
        Temperatures.uniform(List.of(temperature), program.info().relus().size()),
        options);
  }

  /**
   * Prepares calibrated temperatures on the program's device.
   *
   * @param batchSize rows of a micro-batch, at least 1
   * @param temperatures one for each of the program's ReLU calls (M = 1); hard gates and pools
   *     ignore them
   * @throws IllegalArgumentException if the batch is empty, M is not 1, or the temperatures are
   *     those of other layers
   */
  public AscentKernel(
      LoadedProgram program, int batchSize, Temperatures temperatures, AscentOptions options) {
    if (temperatures.count() != 1) {
      throw new IllegalArgumentException(
          "a walk takes one temperature, not " + temperatures.count());
    }
    this.program = program;
    this.options = options;
    int side = program.info().imageSize();
    this.pixels = 3 * side * side;
    this.manager = program.newManager();
    this.inputs = new MicroBatch(batchSize, side, manager);
    this.rows = inputs.rows();
    this.temperatures = temperatures.tensors(manager, program.info().relus());
  }

  /** The number of walks in a micro-batch. */
  public int rows() {
    return rows;
  }

  /** A walk in progress; it ends early where the direction is zero or not finite. */
  private final class Walk {
    private final int target;
    private final float[] original;
    private final float[] logits = new float[options.steps() + 1];
    private final List<float[]> points = new ArrayList<>();
    private float[] point;
    private boolean ended;
    private boolean finite = true;

    Walk(float[] original, int target) {
      this.original = original;
      this.point = original;
      this.target = target;
    }

    /** Takes the target's logit at the point reached after {@code step} steps. */
    void reach(int step, float logit) {
      logits[step] = ended ? logits[step - 1] : logit;
      finite = finite && Float.isFinite(logits[step]);
      if (options.keepSteps()) {
        points.add(point);
      }
    }

    void advance(FloatBuffer direction) {
      if (ended) {
        return;
      }
      float[] next = options.step(point, original, direction);
      finite = finite && next != null;
      ended = next == null || next == point;
      point = next == null ? point : next;
    }

    Ascent result() {
      return new Ascent(
          target, original, logits, options.keepSteps() ? points : List.of(point), finite);
    }
  }

  /**
   * Finds the classes that the targets are, by a forward pass where they are the largest logits.
   *
   * @param images each (3, H, W) in 8 bits
   * @return the classes of each image, the largest logit's first where targets are the largest
   * @throws IllegalArgumentException if an image has another size, or the targets do not fit the
   *     images or the network
   */
  public List<List<Integer>> classes(List<byte[]> images, Targets targets) {
    targets.check(images.size(), program.info().classes());
    if (targets.top() == 0) {
      return targets.classes();
    }
    List<List<Integer>> all = new ArrayList<>();
    for (int from = 0; from < images.size(); from += rows) {
      List<byte[]> part = images.subList(from, Math.min(from + rows, images.size()));
      try (NDManager call = program.newManager()) {
        PtNDArray x = inputs.fill(call, part);
        float[] logits = program.call(call, "forward", IValue.from(x)).get(0).get(0).toFloatArray();
        all.addAll(
            Targets.largest(logits, program.info().classes(), targets.top())
                .subList(0, part.size()));
      }
    }
    return all;
  }

  /**
   * Walks from every image towards each of its targets: one micro-batch, whose walks are in memory
   * at once.
   *
   * @param images each (3, H, W) in 8 bits
   * @param classes the targets of each image, equally many, see {@link #classes}
   * @return for each image one walk per target, in order
   * @throws IllegalArgumentException if there are more walks than {@link #rows}, an image has
   *     another size, or the targets do not fit the images or the network
   */
  public List<List<Ascent>> run(List<byte[]> images, List<List<Integer>> classes) {
    Targets targets = Targets.of(classes);
    targets.check(images.size(), program.info().classes());
    if (images.size() * targets.count() > rows) {
      throw new IllegalArgumentException(
          images.size() * targets.count() + " walks in a batch of " + rows);
    }
    List<Walk> walks = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      float[] original = inputs.values(images.get(i));
      classes.get(i).forEach(target -> walks.add(new Walk(original, target)));
    }
    walk(walks);
    int k = targets.count();
    List<List<Ascent>> results = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      results.add(walks.subList(i * k, (i + 1) * k).stream().map(Walk::result).toList());
    }
    return results;
  }

  /** Advances all walks from their originals to their last step. */
  private void walk(List<Walk> walks) {
    long[] targets = new long[rows];
    for (int n = 0; n < walks.size(); n++) {
      targets[n] = walks.get(n).target;
    }
    int classes = program.info().classes();
    for (int step = 0; step <= options.steps(); step++) {
      NativeHeap.trimIfGrown();
      boolean last = step == options.steps();
      try (NDManager call = program.newManager()) {
        PtNDArray x = inputs.fillValues(call, walks.stream().map(walk -> walk.point).toList());
        List<List<PtNDArray>> results = last ? forward(call, x) : pullback(call, x, targets);
        FloatBuffer logits = floats(results.get(0).get(0));
        // (M, N, K, 3, H, W) with one temperature and one target
        FloatBuffer directions = last ? null : floats(results.get(1).get(0));
        for (int n = 0; n < walks.size(); n++) {
          walks.get(n).reach(step, logits.get(n * classes + walks.get(n).target));
          if (!last) {
            walks.get(n).advance(directions.slice(n * pixels, pixels));
          }
        }
      }
    }
  }

  private List<List<PtNDArray>> forward(NDManager call, PtNDArray x) {
    return program.call(call, "forward", IValue.from(x));
  }

  private List<List<PtNDArray>> pullback(NDManager call, PtNDArray x, long... targets) {
    PtNDArray classes = (PtNDArray) call.create(targets, new Shape(rows, 1));
    return program.call(
        call, "pullback", IValue.from(x), IValue.from(classes), LoadedProgram.list(temperatures));
  }

  private static FloatBuffer floats(PtNDArray array) {
    return HostMemory.of(array).asFloatBuffer();
  }

  @Override
  public void close() {
    manager.close();
  }
}
