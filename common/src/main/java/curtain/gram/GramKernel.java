package curtain.gram;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.ProgramInfo;
import curtain.compile.ProgramInfo.Layer;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.NativeHeap;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * The product kernel K(x, x') = &lt;x, x'&gt; prod_l &lt;lambda_l(x), lambda_l(x')&gt; [paper, Eq.
 * 23; spec 3] between blocks of images, each inner product with the constant coordinate's +1 where
 * the options say so.
 *
 * <p>Inner products of hard and of dithered gates, and of 8-bit pixels, are integers and exact. The
 * product over layers is kept as a mantissa and an exponent, one IEEE multiplication a layer, and
 * its logarithm taken once: so a pair's result has the same bits whatever the block, the batch or
 * the neighbours. Sums of float32 gates, and of features, may differ in their last digits.
 */
public final class GramKernel implements AutoCloseable {
  private static final int FILL = 64;
  private static final int PACKED_BYTES = 1 << 26;

  private final LoadedProgram program;
  private final GramOptions options;
  private final long[] sizes;
  private final int pixels;
  private final GramProducts products;
  private final MicroBatch inputs;

  /** Outside of Java's heap; new ones for each batch would stay until a collection, see there. */
  private final ByteBuffer pixelBytes;

  private ByteBuffer packedBytes;
  private final NDManager manager;
  private final List<PtNDArray> temperatures;
  private final List<PtNDArray> dithers;

  /**
   * Prepares temperatures and dither, and at first use checks the device's integer products.
   *
   * @param program that {@link curtain.compile.Compiler#gram} made for the same gate and numbers
   * @param batchSize images of a forward pass, at least 1
   */
  public GramKernel(LoadedProgram program, GramOptions options, int batchSize) {
    this(program, options, batchSize, IntegerProducts.of(program));
  }

  /** The same, multiplying integers so. */
  GramKernel(LoadedProgram program, GramOptions options, int batchSize, IntegerProducts integers) {
    ProgramInfo info = program.info();
    this.program = program;
    this.options = options;
    this.sizes = info.relus().stream().mapToLong(Layer::size).toArray();
    this.pixels = 3 * info.imageSize() * info.imageSize();
    this.products = new GramProducts(program, options, integers, sizes.length, pixels);
    this.inputs = new MicroBatch(batchSize, info.imageSize());
    this.pixelBytes = ByteBuffer.allocateDirect(Math.multiplyExact(batchSize, pixels));
    this.manager = program.newManager();
    PtNDArray t =
        (PtNDArray)
            manager.create(new float[] {(float) options.temperature()}, new Shape(1, 1, 1, 1));
    this.temperatures = Collections.nCopies(sizes.length, t);
    this.dithers =
        switch (options.numbers()) {
          case BYTES ->
              program.call(manager, "dithers", IValue.from(t), IValue.listFrom(sizes)).get(0);
          case BITS, FLOATS -> List.of();
        };
  }

  /** Number of gates of an image. */
  public static long gates(ProgramInfo info) {
    return info.relus().stream().mapToLong(Layer::size).sum();
  }

  /** The network's gates and sizes. */
  public ProgramInfo info() {
    return program.info();
  }

  /** Images of a forward pass. */
  public int batchSize() {
    return inputs.size();
  }

  /**
   * Runs the network over one micro-batch. Batches are filled up with black images, so that an
   * image's gates do not depend on how full its batch is.
   *
   * @param images at most {@code batchSize} images, each (3, H, W) in 8 bits
   * @throws IllegalArgumentException if there are none or more, or an image has another size
   */
  public GateBlock observe(List<byte[]> images) {
    inputs.check(images.size());
    NativeHeap.trimIfGrown();
    NDManager block = program.newManager();
    try (NDManager call = program.newManager()) {
      List<List<PtNDArray>> results =
          program.call(
              block,
              "gate_rows",
              IValue.from(inputs.fill(call, images)),
              IValue.from(images.size()),
              LoadedProgram.list(temperatures),
              LoadedProgram.list(dithers));
      return block(
          block,
          images.size(),
          results.get(2),
          pixelRows(block, images),
          results.get(0).get(0),
          results.get(1).get(0));
    } catch (RuntimeException | Error e) {
      block.close();
      throw e;
    }
  }

  private GateBlock block(
      NDManager owner,
      int size,
      List<PtNDArray> gates,
      PtNDArray pixelRows,
      PtNDArray logits,
      PtNDArray features) {
    PtNDArray norms = one(owner, "norms", LoadedProgram.list(gates));
    return new GateBlock(owner, size, gates, norms, pixelRows, logits, features);
  }

  private PtNDArray pixelRows(NDManager owner, List<byte[]> images) {
    pixelBytes.clear();
    images.forEach(pixelBytes::put);
    try (NDManager call = program.newManager()) {
      NDArray bytes =
          call.create(pixelBytes.flip(), new Shape(images.size(), pixels), DataType.UINT8);
      return one(owner, "pixel_rows", IValue.from((PtNDArray) bytes));
    }
  }

  private PtNDArray one(NDManager owner, String method, IValue... arguments) {
    return program.call(owner, method, arguments).get(0).get(0);
  }

  /**
   * Joins blocks to one, and closes them as they are copied.
   *
   * @param parts at least one block, of {@code size} images together
   */
  public GateBlock join(Iterator<GateBlock> parts, int size) {
    NDManager owner = program.newManager();
    try {
      List<PtNDArray> gates = null;
      NDList norms = new NDList();
      NDList pixelRows = new NDList();
      NDList logits = new NDList();
      NDList features = new NDList();
      int at = 0;
      try (NDManager small = program.newManager()) {
        while (parts.hasNext()) {
          try (GateBlock part = parts.next()) {
            if (gates == null) {
              gates =
                  program
                      .call(owner, "room", LoadedProgram.list(part.gates()), IValue.from(size))
                      .get(0);
            }
            try (NDManager call = program.newManager()) {
              one(
                  call,
                  "place",
                  LoadedProgram.list(gates),
                  LoadedProgram.list(part.gates()),
                  IValue.from(at));
            }
            keep(small, norms, part.norms());
            keep(small, pixelRows, part.pixels());
            keep(small, logits, part.logits());
            keep(small, features, part.features());
            at += part.size();
          }
        }
        if (at != size) {
          throw new IllegalArgumentException(at + " images in a block of " + size);
        }
        return new GateBlock(
            owner,
            size,
            gates,
            joined(owner, norms, 1),
            joined(owner, pixelRows, 0),
            joined(owner, logits, 0),
            joined(owner, features, 0));
      }
    } catch (RuntimeException | Error e) {
      owner.close();
      throw e;
    }
  }

  private static void keep(NDManager owner, NDList list, PtNDArray array) {
    array.attach(owner);
    list.add(array);
  }

  private static PtNDArray joined(NDManager owner, NDList parts, int axis) {
    PtNDArray all = (PtNDArray) NDArrays.concat(parts, axis);
    all.attach(owner);
    return all;
  }

  /**
   * Inner products of every row with every column.
   *
   * @param columns blocks of {@code size} images together, closed when done with
   * @param keepLayers whether each layer's products are wanted
   */
  public Tile multiply(GateBlock block, Iterator<GateBlock> columns, int size, boolean keepLayers) {
    return products.multiply(block, columns, size, keepLayers);
  }

  /** The same of a block's images with each other: symmetric to the last bit. */
  public Tile diagonal(GateBlock block, boolean keepLayers) {
    return products.diagonal(block, keepLayers);
  }

  /** Kernels of the images with themselves. */
  public SelfKernels own(GateBlock block) {
    return products.own(block);
  }

  /** Bytes of an image's gates as {@link #pack} gives them. */
  public static int packedBytes(ProgramInfo info, GramOptions options) {
    long bytes = 0;
    for (Layer layer : info.relus()) {
      long filled = filled(layer.size());
      bytes +=
          switch (options.numbers()) {
            case BITS -> filled / Byte.SIZE;
            case BYTES -> filled;
            case FLOATS -> filled * Float.BYTES;
          };
    }
    return Math.toIntExact(bytes);
  }

  private static long filled(long size) {
    return (size + FILL - 1) / FILL * FILL;
  }

  /** The same of this network. */
  public int packedBytes() {
    return packedBytes(info(), options);
  }

  /** Images whose gates are packed, or unpacked, at once: as many as take 64 MiB, at least one. */
  public int packedTogether() {
    return Math.max(1, Math.min(inputs.size(), PACKED_BYTES / packedBytes()));
  }

  /**
   * Images' gates as they are stored, one after another.
   *
   * @param from the first of the block's images
   * @param to one behind the last; at most {@link #packedTogether} images
   */
  public ByteBuffer pack(GateBlock block, int from, int to) {
    try (NDManager call = program.newManager()) {
      ByteBuffer view =
          one(call, "packed", LoadedProgram.list(block.gates()), IValue.from(from), IValue.from(to))
              .toByteBuffer(true);
      ByteBuffer packed = ByteBuffer.allocate(view.remaining());
      return packed.put(view).flip();
    }
  }

  /**
   * Gates that were stored.
   *
   * @param packed of all images, as {@link #pack} gave them; read to its limit
   * @param images their pixels, each (3, H, W) in 8 bits; at most {@link #packedTogether}
   * @param features their penultimate features, (n, F)
   */
  public GateBlock unpack(ByteBuffer packed, List<byte[]> images, float[][] features) {
    int n = images.size();
    NDManager block = program.newManager();
    try (NDManager call = program.newManager()) {
      long[] filled = Arrays.stream(sizes).map(GramKernel::filled).toArray();
      if (packedBytes == null) {
        packedBytes =
            ByteBuffer.allocateDirect(Math.multiplyExact(packedTogether(), packedBytes()));
      }
      packedBytes.clear().put(packed).flip();
      NDArray bytes =
          call.create(packedBytes, new Shape(n, packedBytes.limit() / n), DataType.UINT8);
      List<PtNDArray> gates =
          program
              .call(block, "unpacked", IValue.from((PtNDArray) bytes), IValue.listFrom(filled))
              .get(0);
      PtNDArray none = (PtNDArray) block.create(new Shape(n, 0), DataType.FLOAT32);
      return block(
          block, n, gates, pixelRows(block, images), none, (PtNDArray) block.create(features));
    } catch (RuntimeException | Error e) {
      block.close();
      throw e;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
