package curtain.stability;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.ProgramInfo;
import curtain.compile.ProgramInfo.Layer;
import curtain.engine.HostMemory;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.NativeHeap;
import curtain.pullback.PullbackKernel;
import curtain.pullback.Targets;
import curtain.statistics.PathCorrelation;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Compares the gates of T checkpoints of one network over micro-batches (spec 4; paper, 2.6 and
 * 5.1): adds to {@link StabilitySums}, and gives the logits f^(t)_Lambda(s) of every checkpoint t
 * under the gates of each of S checkpoints s, the lending ones (Hypothesis 1).
 *
 * <p>A batch takes a forward and two backward passes for each of the T checkpoints, a forward pass
 * that keeps gates for each of the S, and 2 T S forward passes with frozen gates, hard and smooth.
 * The device holds, for a batch, all checkpoints' hard gates as bits, one checkpoint's gates as
 * numbers, and the smooth gates of as many lending checkpoints as {@link #MOST_HELD} allows: the
 * bits are unpacked once for all of these. Batches are filled up with black images, as in {@link
 * PullbackKernel}.
 */
public final class StabilityKernel implements AutoCloseable {
  /**
   * A gate is uncertain where |z| is at most this times the root mean square of its layer (spec 4).
   */
  private static final double MARGIN = 1e-5;

  /**
   * The most bytes of smooth gates that are kept on the device at once, and of a layer's bits that
   * are unpacked at once.
   */
  private static final long MOST_HELD = 256L << 20;

  private static final int WORD = 64;

  private final List<LoadedProgram> programs;
  private final List<Integer> gatesFrom;
  private final int rows;
  private final StabilitySums sums;
  private final int[] sizes;
  private final MicroBatch inputs;
  private final NDManager manager;
  private final List<PtNDArray> temperatures;

  /**
   * Prepares the temperature on the programs' device.
   *
   * @param programs one for each checkpoint, of one architecture and gate, on one device
   * @param gatesFrom positions of the lending checkpoints
   * @param batchSize images of a micro-batch, at least 1
   * @param temperature T of gates and pools, above 0
   * @param sums sums of the same checkpoints, which {@link #run} adds to
   * @throws IllegalArgumentException if the batch is empty
   */
  public StabilityKernel(
      List<LoadedProgram> programs,
      List<Integer> gatesFrom,
      int batchSize,
      double temperature,
      StabilitySums sums) {
    this.programs = List.copyOf(programs);
    this.gatesFrom = List.copyOf(gatesFrom);
    this.sums = sums;
    this.sizes = sums.layers().stream().mapToInt(Layer::size).toArray();
    this.manager = programs.get(0).newManager();
    this.inputs = new MicroBatch(batchSize, programs.get(0).info().imageSize(), manager);
    this.rows = inputs.rows();
    PtNDArray t =
        (PtNDArray) manager.create(new float[] {(float) temperature}, new Shape(1, 1, 1, 1));
    this.temperatures = Collections.nCopies(sizes.length, t);
  }

  /**
   * Calls each method of new programs once, on one black image, to keep memory small. At a method's
   * first call the engine allocates small blocks that live as long as the program. Between them lie
   * the large blocks of that call, and what those leave free is too small for a larger call: with a
   * first batch of 16, each of thirty programs of ResNet50 takes 1 GB, with one image 200 MB.
   *
   * @param programs as for the constructor
   * @param gatesFrom as for the constructor
   * @param temperature as for the constructor
   */
  public static void prepare(
      List<LoadedProgram> programs, List<Integer> gatesFrom, double temperature) {
    if (programs.stream().allMatch(LoadedProgram::wasCalled)) {
      return;
    }
    ProgramInfo info = programs.get(0).info();
    StabilitySums sums = new StabilitySums(programs.size(), gatesFrom.size(), info.relus(), false);
    try (StabilityKernel kernel = new StabilityKernel(programs, gatesFrom, 1, temperature, sums)) {
      byte[] black = new byte[3 * info.imageSize() * info.imageSize()];
      kernel.run(List.of(black), List.of(List.of(0)));
    }
    NativeHeap.trim();
  }

  /** One checkpoint's logits and packed bits for a batch, on the device. */
  private record Observed(PtNDArray logits, PtNDArray signs, PtNDArray uncertain) {}

  /**
   * Computes one micro-batch and adds it to the sums.
   *
   * @param images at most {@code batchSize} images, each (3, H, W) in 8 bits
   * @param targets K classes of each image, the first one its label
   * @return logits of the images, plain and with frozen gates
   * @throws IllegalArgumentException if there are more images than the batch holds, an image has
   *     another size, or the targets do not fit
   */
  public FrozenLogits run(List<byte[]> images, List<List<Integer>> targets) {
    inputs.check(images.size());
    int classes = programs.get(0).info().classes();
    Targets.of(targets).check(images.size(), classes);
    NativeHeap.trimIfGrown();
    try (NDManager batch = programs.get(0).newManager()) {
      PtNDArray x = inputs.fill(batch, images);
      FrozenLogits result = new FrozenLogits(programs.size(), gatesFrom.size(), classes, targets);
      List<Observed> observed = observe(batch, x, targets, result);
      double[][] own = pairs(observed, images.size());
      int together = (int) Math.max(1, MOST_HELD / (Float.BYTES * (long) rows * gates()));
      for (int s = 0; s < gatesFrom.size(); s += together) {
        lend(s, Math.min(s + together, gatesFrom.size()), x, observed, own, result);
      }
      sums.addImages(images.size());
      return result;
    }
  }

  private List<Observed> observe(
      NDManager batch, PtNDArray x, List<List<Integer>> targets, FrozenLogits result) {
    int n = targets.size();
    long[] labels = new long[rows];
    Arrays.setAll(labels, i -> i < n ? targets.get(i).get(0) : 0);
    PtNDArray classes = (PtNDArray) batch.create(labels, new Shape(rows, 1));
    Observed[] observed = new Observed[programs.size()];
    float[][][] reference = new float[2][][];
    for (int t = programs.size() - 1; t >= 0; t--) {
      try (NDManager call = programs.get(t).newManager()) {
        List<List<PtNDArray>> results =
            programs
                .get(t)
                .call(
                    call,
                    "observed",
                    IValue.from(x),
                    IValue.from(classes),
                    IValue.from(n),
                    IValue.from(MARGIN),
                    IValue.from(sums.neurons()),
                    LoadedProgram.list(temperatures));
        Observed own =
            new Observed(results.get(0).get(0), results.get(3).get(0), results.get(4).get(0));
        List.of(own.logits(), own.signs(), own.uncertain()).forEach(kept -> kept.attach(batch));
        observed[t] = own;
        result.putLogits(t, floats(own.logits()));
        for (int direction = 0; direction < 2; direction++) {
          float[][] vectors = vectors(results.get(1 + direction).get(0), n);
          if (reference[direction] == null) {
            reference[direction] = vectors;
          }
          for (int i = 0; i < n; i++) {
            sums.addCosine(direction == 1, t, cosine(vectors[i], reference[direction][i]));
          }
        }
        addActivations(t, results.get(5).get(0), results.get(6));
      }
    }
    return List.of(observed);
  }

  private void addActivations(int t, PtNDArray ever, List<PtNDArray> counts) {
    ByteBuffer bits = HostMemory.of(ever);
    byte[] on = new byte[bits.remaining() / 2];
    byte[] off = new byte[on.length];
    bits.get(on).get(off);
    // all layers at once: each copy from a GPU waits for it
    PtNDArray joined = (PtNDArray) NDArrays.concat(new NDList(counts.toArray(NDArray[]::new)));
    LongBuffer all = HostMemory.of(joined).asLongBuffer();
    int from = 0;
    for (int l = 0; l < sizes.length; l++) {
      sums.addBits(t, l, on, off, from);
      long[] own = new long[Math.toIntExact(counts.get(l).size())];
      all.get(own);
      sums.addCounts(t, l, own);
      from += words(sizes[l]) * Long.BYTES;
    }
  }

  /**
   * Adds flips and correlations of hard gates to the sums.
   *
   * @return u(b, 1) of each checkpoint's hard gates b, which equals u(b, b), (T, n)
   */
  private double[][] pairs(List<Observed> observed, int n) {
    int words = Arrays.stream(sizes).map(StabilityKernel::words).sum();
    int count = observed.size();
    double[][] own = new double[count][n];
    double[] common = new double[sizes.length];
    long[][] signs = new long[count][words];
    long[][] uncertain = new long[count][words];
    List<LongBuffer> allSigns = observed.stream().map(one -> longs(one.signs())).toList();
    List<LongBuffer> allUncertain = observed.stream().map(one -> longs(one.uncertain())).toList();
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < count; t++) {
        int at = i * words;
        allSigns.get(t).get(at, signs[t]);
        allUncertain.get(t).get(at, uncertain[t]);
        addPair(t, t, signs, uncertain, common);
        own[t][i] = PathCorrelation.logMean(common, sizes);
        double u = own[t][i];
        sums.addHardPaths(t, t, PathCorrelation.pearson(u, u, u, u, u));
      }
      for (int a = 0; a < count; a++) {
        for (int b = a + 1; b < count; b++) {
          addPair(a, b, signs, uncertain, common);
          double ua = own[a][i];
          double ub = own[b][i];
          double ab = PathCorrelation.logMean(common, sizes);
          sums.addHardPaths(a, b, PathCorrelation.pearson(ab, ua, ub, ua, ub));
        }
      }
    }
    return own;
  }

  private void addPair(int a, int b, long[][] signs, long[][] uncertain, double[] common) {
    int from = 0;
    for (int l = 0; l < sizes.length; l++) {
      int to = from + words(sizes[l]);
      long both = 0;
      long rounding = 0;
      for (int w = from; w < to; w++) {
        both += Long.bitCount(signs[a][w] & signs[b][w]);
        rounding += Long.bitCount(uncertain[a][w] | uncertain[b][w]);
      }
      sums.addPair(a, b, l, both, rounding);
      common[l] = both;
      from = to;
    }
  }

  private int gates() {
    return Arrays.stream(sizes).sum();
  }

  /**
   * Runs all passes with the gates of the lending checkpoints from {@code from} to before {@code
   * to}, and adds the correlations of their smooth gates.
   */
  private void lend(
      int from, int to, PtNDArray x, List<Observed> observed, double[][] own, FrozenLogits result) {
    int n = own[0].length;
    try (NDManager held = programs.get(0).newManager()) {
      List<PtNDArray> smooth = new ArrayList<>();
      for (int s = from; s < to; s++) {
        smooth.addAll(lend(s, x, held, result));
      }
      double[] overlaps =
          doubles(
              programs
                  .get(0)
                  .call(
                      held,
                      "overlaps",
                      LoadedProgram.list(smooth),
                      IValue.from(sizes.length),
                      LoadedProgram.list(observed.stream().map(Observed::signs).toList()),
                      IValue.from(MOST_HELD / Float.BYTES)));
      int layers = sizes.length;
      for (int s = from; s < to; s++) {
        int first = (s - from) * (programs.size() + 2) * layers;
        int totals = first + programs.size() * layers;
        for (int t = 0; t < programs.size(); t++) {
          for (int i = 0; i < n; i++) {
            double ub = own[t][i];
            double ua = logMean(overlaps, totals, i, n);
            double aa = logMean(overlaps, totals + layers, i, n);
            double ab = logMean(overlaps, first + t * layers, i, n);
            sums.addSmoothPaths(s, t, PathCorrelation.pearson(ab, ua, ub, aa, ub));
          }
        }
      }
    }
  }

  /**
   * Runs all passes with the gates of one lending checkpoint.
   *
   * @param held owns the smooth gates that are returned
   * @return its smooth gates, by layer
   */
  private List<PtNDArray> lend(int s, PtNDArray x, NDManager held, FrozenLogits result) {
    LoadedProgram lender = programs.get(gatesFrom.get(s));
    try (NDManager call = lender.newManager()) {
      List<List<PtNDArray>> gates =
          lender.call(call, "gates_of", IValue.from(x), LoadedProgram.list(temperatures));
      List<PtNDArray> pools = gates.get(3);
      for (int t = 0; t < programs.size(); t++) {
        for (int gate = 0; gate < 2; gate++) {
          try (NDManager pass = programs.get(t).newManager()) {
            PtNDArray logits =
                programs
                    .get(t)
                    .call(
                        pass,
                        "frozen",
                        IValue.from(x),
                        LoadedProgram.list(gates.get(1 + gate)),
                        LoadedProgram.list(pools))
                    .get(0)
                    .get(0);
            result.putFrozen(t, s, gate, floats(logits));
          }
        }
      }
      List<PtNDArray> smooth = gates.get(2);
      smooth.forEach(gate -> gate.attach(held));
      return smooth;
    }
  }

  /**
   * The logarithm u of an image's mean over paths, from rows {@code row} to {@code row + L} of
   * inner products by layer, (..., n).
   */
  private double logMean(double[] values, int row, int image, int n) {
    double[] products = new double[sizes.length];
    Arrays.setAll(products, l -> values[(row + l) * n + image]);
    return PathCorrelation.logMean(products, sizes);
  }

  private static int words(int size) {
    return (size + WORD - 1) / WORD;
  }

  /** The first n rows of an array, as vectors. */
  private float[][] vectors(PtNDArray array, int n) {
    FloatBuffer all = floats(array);
    float[][] vectors = new float[n][all.remaining() / rows];
    for (float[] vector : vectors) {
      all.get(vector);
    }
    return vectors;
  }

  /** The cosine of two vectors, within [-1, 1]; NaN where one of them is 0. */
  private static double cosine(float[] v, float[] w) {
    double vw = 0;
    double vv = 0;
    double ww = 0;
    for (int i = 0; i < v.length; i++) {
      vw += (double) v[i] * w[i];
      vv += (double) v[i] * v[i];
      ww += (double) w[i] * w[i];
    }
    return Math.max(-1, Math.min(1, vw / (Math.sqrt(vv) * Math.sqrt(ww))));
  }

  private static FloatBuffer floats(PtNDArray array) {
    return HostMemory.of(array).asFloatBuffer();
  }

  private static LongBuffer longs(PtNDArray array) {
    return HostMemory.of(array).asLongBuffer();
  }

  private static double[] doubles(List<List<PtNDArray>> result) {
    DoubleBuffer buffer = HostMemory.of(result.get(0).get(0)).asDoubleBuffer();
    double[] values = new double[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() {
    manager.close();
  }
}
