package curtain.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The batches of a kernel: how many images they hold, and the inputs that are made of them. Every
 * input has the same number of rows, the missing ones black, so that an image's result does not
 * depend on how full its batch is. A batch of one image is run as two: PyTorch gives single small
 * images to other kernels, which round otherwise.
 *
 * <p>All inputs share one buffer outside of Java's heap; a new one for each would stay until a
 * collection of the old generation, and these are rare.
 */
public final class MicroBatch {
  private final int size;
  private final int rows;
  private final int side;
  private final ByteBuffer pixels;

  /**
   * Takes the memory.
   *
   * @param size images that a batch holds, at least 1
   * @param side of the images
   * @throws IllegalArgumentException if a batch would hold none
   */
  public MicroBatch(int size, int side) {
    this(size, side, bytes -> ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
  }

  /**
   * Takes memory from which the device of a manager copies fast.
   *
   * @param size images that a batch holds, at least 1
   * @param side of the images
   * @param owner manager with which the memory goes; batches are not to be filled when it is closed
   * @throws IllegalArgumentException if a batch would hold none
   */
  public MicroBatch(int size, int side, NDManager owner) {
    this(size, side, bytes -> HostMemory.room(owner, bytes));
  }

  private MicroBatch(int size, int side, IntFunction<ByteBuffer> memory) {
    if (size < 1) {
      throw new IllegalArgumentException("a batch holds at least 1 image, not " + size);
    }
    this.size = size;
    this.rows = Math.max(2, size);
    this.side = side;
    this.pixels = memory.apply(Math.multiplyExact(rows, Float.BYTES * 3 * side * side));
  }

  /** Images that a batch holds. */
  public int size() {
    return size;
  }

  /**
   * Checks that a batch holds so many images.
   *
   * @throws IllegalArgumentException if there are none, or more
   */
  public void check(int images) {
    if (images < 1 || images > size) {
      throw new IllegalArgumentException(images + " images in a batch of " + size);
    }
  }

  /** Rows of every input: N, at least 2. */
  public int rows() {
    return rows;
  }

  /**
   * x = 2p/255 - 1 in float32, (N, 3, H, W), as PyTorch's transforms round it: first p/255. Missing
   * images are black.
   *
   * @param images at most N, each (3, H, W) in 8 bits
   * @throws IllegalArgumentException if an image has another size
   */
  public PtNDArray fill(NDManager call, List<byte[]> images) {
    FloatBuffer x = pixels.asFloatBuffer();
    for (byte[] image : images) {
      check(image);
      for (byte pixel : image) {
        x.put(value(pixel));
      }
    }
    return filled(call, x);
  }

  /**
   * Points x as they are, (N, 3, H, W). Missing ones are black.
   *
   * @param points at most N, each (3, H, W)
   */
  public PtNDArray fillValues(NDManager call, List<float[]> points) {
    FloatBuffer x = pixels.asFloatBuffer();
    points.forEach(x::put);
    return filled(call, x);
  }

  /**
   * x of one image, (3, H, W), as {@link #fill} has it.
   *
   * @param image (3, H, W) in 8 bits
   * @throws IllegalArgumentException if the image has another size
   */
  public float[] values(byte[] image) {
    check(image);
    float[] values = new float[image.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(image[i]);
    }
    return values;
  }

  private void check(byte... image) {
    if (image.length != 3 * side * side) {
      throw new IllegalArgumentException(
          image.length + " bytes are no image of 3 x " + side + " x " + side);
    }
  }

  private static float value(byte pixel) {
    return (pixel & 0xff) / 255f * 2 - 1;
  }

  private PtNDArray filled(NDManager call, FloatBuffer x) {
    while (x.hasRemaining()) {
      x.put(-1);
    }
    return (PtNDArray)
        call.create(pixels.rewind(), new Shape(rows, 3, side, side), DataType.FLOAT32);
  }
}
