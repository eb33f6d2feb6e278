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
import curtain.engine.HostMemory;
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

  /**
   * Pixels of a batch, outside Java's heap; reused, as a discarded buffer keeps its memory until a
   * garbage collection.
   */
  private final ByteBuffer pixelBytes;

  private ByteBuffer packedBytes;
  private final NDManager manager;
  private final List<PtNDArray> temperatures;
  private final List<PtNDArray> dithers;

  /**
   * Prepares temperatures and dither, and at first use checks the device's integer products.
   *
   * @param program made by {@link curtain.compile.Compiler#gram} for the same gate and numbers
   * @param options what is multiplied, and how
   * @param batchSize images of a forward pass, at least 1
   */
  public GramKernel(LoadedProgram program, GramOptions options, int batchSize) {
    this(program, options, batchSize, IntegerProducts.of(program));
  }

  /** Prepares the same with a given way of multiplying integers. */
  GramKernel(LoadedProgram program, GramOptions options, int batchSize, IntegerProducts integers) {
    ProgramInfo info = program.info();
    this.program = program;
    this.options = options;
    this.sizes = info.relus().stream().mapToLong(Layer::size).toArray();
    this.pixels = 3 * info.imageSize() * info.imageSize();
    this.products = new GramProducts(program, options, integers, sizes.length, pixels);
    this.manager = program.newManager();
    this.inputs = new MicroBatch(batchSize, info.imageSize(), manager);
    this.pixelBytes = ByteBuffer.allocateDirect(Math.multiplyExact(batchSize, pixels));
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

  /** The number of a network's gates, over all ReLU calls. */
  public static long gates(ProgramInfo info) {
    return info.relus().stream().mapToLong(Layer::size).sum();
  }

  /** The description of the network's program. */
  public ProgramInfo info() {
    return program.info();
  }

  /** The number of images in a forward pass. */
  public int batchSize() {
    return inputs.size();
  }

  /**
   * Runs the network over one micro-batch. Batches are filled up with black images, so that an
   * image's gates do not depend on how full its batch is.
   *
   * @param images 1 to {@code batchSize} images, each (3, H, W) in 8 bits
   * @return the images' gates, owned by the caller
   * @throws IllegalArgumentException if the number of images is out of range, or an image has
   *     another size
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
   * Joins blocks to one, owned by the caller, and closes each once it is copied.
   *
   * @param parts at least one block
   * @param size number of images of all parts together
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
   * Multiplies every row with every column.
   *
   * @param block the rows
   * @param columns blocks of columns, each closed once it is multiplied
   * @param size number of images of all columns together
   * @param keepLayers whether the tile gets the inner products of each layer
   * @throws IllegalArgumentException if the columns have another number of images
   */
  public Tile multiply(GateBlock block, Iterator<GateBlock> columns, int size, boolean keepLayers) {
    return products.multiply(block, columns, size, keepLayers);
  }

  /** Multiplies the images of a block with each other; the tile is symmetric to the last bit. */
  public Tile diagonal(GateBlock block, boolean keepLayers) {
    return products.diagonal(block, keepLayers);
  }

  /** The kernels of the images with themselves. */
  public SelfKernels own(GateBlock block) {
    return products.own(block);
  }

  /** The bytes that {@link #pack} takes for the gates of one image of a network. */
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

  /** The bytes that {@link #pack} takes for the gates of one image of this network. */
  public int packedBytes() {
    return packedBytes(info(), options);
  }

  /** The number of images to pack or unpack at once: as many as take 64 MiB, at least one. */
  public int packedTogether() {
    return Math.max(1, Math.min(inputs.size(), PACKED_BYTES / packedBytes()));
  }

  /**
   * Copies images' gates to Java in their stored form: hard gates as bits, dithered ones as bytes,
   * smooth ones as float32, one image after another.
   *
   * @param from index of the first image within the block
   * @param to index behind the last one; at most {@link #packedTogether} images
   */
  public ByteBuffer pack(GateBlock block, int from, int to) {
    try (NDManager call = program.newManager()) {
      ByteBuffer view =
          HostMemory.of(
              one(
                  call,
                  "packed",
                  LoadedProgram.list(block.gates()),
                  IValue.from(from),
                  IValue.from(to)));
      ByteBuffer packed = ByteBuffer.allocate(view.remaining());
      return packed.put(view).flip();
    }
  }

  /**
   * Makes a block, owned by the caller, of gates in their stored form.
   *
   * @param packed gates of all images, as {@link #pack} gave them; read to its limit
   * @param images pixels of the images, each (3, H, W) in 8 bits; at most {@link #packedTogether}
   * @param features penultimate features of the images, (n, F)
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
