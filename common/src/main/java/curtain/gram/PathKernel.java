package curtain.gram;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.PathProgram;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.NativeHeap;
import curtain.gates.Gate;
import curtain.network.Network;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The exact path kernel of pairs of images: the inner product of their path features over the paths
 * that exist in the network [spec 3; paper, 2.1 and Eq. 23, where all neurons of neighbouring
 * layers count as connected].
 *
 * <p>A path leads from a value of x, or from a constant, through the graph to a coordinate of the
 * tensor that enters the last linear map; its feature is the value it starts from (1 for a
 * constant) times the gates on its way, and weights do not enter. K(x, x') = sum over paths of
 * feature(x) feature(x') is one forward pass, which multiplies or adds
 *
 * <ul>
 *   <li>at the input, x_i x'_i for every value, x = 2p/255 - 1; the image's normalisation is no
 *       layer and does nothing
 *   <li>at convolutions and linear maps, 1 for each tap and entry; zero padding contributes nothing
 *   <li>at ReLUs, lambda(x) lambda(x'); lambda = 1[z &gt; 0] or sigma(z/T) of the float32 pass
 *   <li>at max-pools, m(x) m(x'), m one-hot at the element that the pass selects, for every lambda:
 *       a window passes the element that both images selected, else 0
 *   <li>at average pools the sum over the window, at global ones over all positions; no division
 *   <li>at skips nothing: the paths of both branches add up, and a subsampled shortcut's zero
 *       channels carry none; concatenation and flattening leave everything as it is
 *   <li>with the constant coordinate +1 on each output of each convolution or linear map together
 *       with the BatchNorm folded into it, and on each of each BatchNorm that is not folded
 *       (DenseNet's norm1, transition norms and norm5)
 * </ul>
 *
 * <p>The result is the sum of the end coordinates, +1 for the last map's own constant. SqueezeNet
 * has no last linear map: its classifier convolution, +1, the ReLU behind it and the average pool,
 * a sum over positions, are passed too, and the result is the sum over classes with no further +1.
 * Without the constant coordinate ({@code --no-bias-coordinate}) no +1 is added anywhere.
 *
 * <p>All of this is float64 with a power of two per pair and tensor as scale, so that nothing
 * overflows; values smaller than the largest of their tensor by a factor of 2^1022 become 0. K(x,
 * x') and K(x', x) have equal bits, and on a CPU a pair's bits do not depend on the pairs beside
 * it.
 */
public final class PathKernel implements AutoCloseable {
  private final LoadedProgram program;
  private final LoadedProgram paths;
  private final int batchSize;
  private final MicroBatch inputs;
  private final NDManager manager;
  private final List<PtNDArray> temperatures;

  /**
   * Prepares the temperature on the programs' device.
   *
   * @param program the compiled network; its gate is lambda
   * @param paths the same network's {@link PathProgram}, on the same device
   * @param temperature T of smooth gates, above 0; the others do not read it
   * @param batchSize images of a pass, and pairs that are computed at once
   * @throws IllegalArgumentException if the batch is empty, T is not above 0, or the two programs
   *     are not of one network
   */
  public PathKernel(LoadedProgram program, LoadedProgram paths, double temperature, int batchSize) {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the temperature must be above 0, not " + temperature);
    }
    if (!program.info().relus().equals(paths.info().relus())
        || !program.info().pools().equals(paths.info().pools())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a path program of %s does not fit a network %s",
              paths.info().model(),
              program.info().model()));
    }
    this.program = program;
    this.paths = paths;
    this.batchSize = batchSize;
    // MicroBatch never passes one image alone, which libraries compute by kernels that round
    // otherwise
    this.inputs = new MicroBatch(batchSize, program.info().imageSize());
    this.manager = program.newManager();
    PtNDArray t =
        (PtNDArray) manager.create(new float[] {(float) temperature}, new Shape(1, 1, 1, 1));
    this.temperatures = Collections.nCopies(program.info().relus().size(), t);
  }

  /**
   * The number of additions and multiplications in float64 that one pair takes; a ReLU's gate
   * counts two.
   *
   * @param network the network that the programs are compiled from
   */
  public static long cost(Network network) {
    return PathProgram.cost(network);
  }

  /** The arrays on the device for the images of one pass. */
  private record Part(int size, PtNDArray x, List<PtNDArray> gates, List<PtNDArray> pools) {}

  /**
   * A block of images, whose values, gates and selections stay on the device until it is closed: 8
   * bytes for each value of x, 1 (hard) or 4 for each gate, 4 for each window of a max-pool.
   */
  public static final class PathBlock implements AutoCloseable {
    private final NDManager memory;
    private final List<Part> parts = new ArrayList<>();
    private int size;

    private PathBlock(NDManager memory) {
      this.memory = memory;
    }

    /** The number of images. */
    public int size() {
      return size;
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  /**
   * The kernel values of all pairs of an image of one block with an image of another.
   *
   * @param log log|K|, (rows, columns) row-major; -Infinity where K is 0
   * @param sign sign of K, in the same order: 1, -1 or 0
   */
  @SuppressWarnings("ArrayRecordComponent") // a tile of a table, compared by identity
  public record Values(int rows, int columns, double[] log, byte[] sign) {}

  /**
   * Runs the network once on each image, and keeps its gates and selections.
   *
   * @param images each (3, H, W) in 8 bits; at least one
   * @throws IllegalArgumentException if there is no image, or one has another size
   */
  public PathBlock gates(List<byte[]> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a block needs at least one image");
    }
    PathBlock block = new PathBlock(paths.newManager());
    try {
      for (int from = 0; from < images.size(); from += batchSize) {
        int to = Math.min(from + batchSize, images.size());
        block.parts.add(part(block.memory, images.subList(from, to)));
      }
      block.size = images.size();
      return block;
    } catch (RuntimeException e) {
      block.close();
      throw e;
    }
  }

  private Part part(NDManager memory, List<byte[]> images) {
    NativeHeap.trimIfGrown();
    try (NDManager call = program.newManager()) {
      PtNDArray x = inputs.fill(call, images);
      List<List<PtNDArray>> gates =
          program.call(call, "gates_of", IValue.from(x), LoadedProgram.list(temperatures));
      boolean hard = program.info().options().gate().kind() == Gate.Kind.HARD;
      List<List<PtNDArray>> held =
          paths.call(
              memory,
              "held",
              IValue.from(x),
              LoadedProgram.list(gates.get(hard ? 1 : 2)),
              LoadedProgram.list(gates.get(3)),
              IValue.from(images.size()),
              IValue.from(hard));
      return new Part(images.size(), held.get(0).get(0), held.get(1), held.get(2));
    }
  }

  /**
   * The kernel of each image of {@code rows} with each of {@code columns}, which may be the same
   * block.
   */
  public Values tile(PathBlock rows, PathBlock columns) {
    int count = Math.multiplyExact(rows.size(), columns.size());
    Values tile = new Values(rows.size(), columns.size(), new double[count], new byte[count]);
    int at = 0;
    for (Part part : rows.parts) {
      for (int row = 0; row < part.size(); row++) {
        for (Part others : columns.parts) {
          fill(part, row, others, tile, at);
          at += others.size();
        }
      }
    }
    return tile;
  }

  private void fill(Part part, int row, Part columns, Values tile, int at) {
    try (NDManager call = paths.newManager()) {
      PtNDArray result =
          paths
              .call(
                  call,
                  "row",
                  IValue.from(part.x()),
                  LoadedProgram.list(part.gates()),
                  LoadedProgram.list(part.pools()),
                  IValue.from(row),
                  IValue.from(columns.x()),
                  LoadedProgram.list(columns.gates()),
                  LoadedProgram.list(columns.pools()))
              .get(0)
              .get(0);
      DoubleBuffer values = result.toByteBuffer(true).asDoubleBuffer();
      values.get(tile.log(), at, columns.size());
      for (int i = 0; i < columns.size(); i++) {
        tile.sign()[at + i] = (byte) values.get();
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
