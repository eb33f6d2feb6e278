package curtain.gram;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.engine.LoadedProgram;
import curtain.engine.NativeHeap;
import java.util.Iterator;
import java.util.List;

/**
 * Multiplies blocks of gates on the device, for {@link GramKernel}.
 *
 * @param program made by {@link curtain.compile.Compiler#gram}
 * @param options what is multiplied, and how
 * @param integers how integers are multiplied
 * @param layerCount L, the number of ReLU calls
 * @param pixels 3 H W, the number of values of an image
 */
record GramProducts(
    LoadedProgram program,
    GramOptions options,
    IntegerProducts integers,
    int layerCount,
    int pixels) {
  private static final double LN2 = StrictMath.log(2);

  /**
   * Multiplies every row with every column, see {@link GramKernel#multiply}.
   *
   * @throws IllegalArgumentException if the columns are not {@code size} images together
   */
  Tile multiply(GateBlock block, Iterator<GateBlock> columns, int size, boolean keepLayers) {
    NativeHeap.trim();
    Tile tile = Tile.of(block.size(), size, keepLayers ? layerCount : 0, layerCount);
    int at = 0;
    while (columns.hasNext()) {
      try (GateBlock part = columns.next();
          NDManager call = program.newManager()) {
        multiply(block, part, call, tile, at);
        at += part.size();
      }
    }
    if (at != size) {
      throw new IllegalArgumentException(at + " images in " + size + " columns");
    }
    return tile;
  }

  /** Multiplies the images of a block with each other; the tile is symmetric to the last bit. */
  Tile diagonal(GateBlock block, boolean keepLayers) {
    Tile tile = Tile.of(block.size(), block.size(), keepLayers ? layerCount : 0, layerCount);
    try (NDManager call = program.newManager()) {
      multiply(block, block, call, tile, 0);
    }
    tile.mirror(tile.columns());
    return tile;
  }

  private void multiply(GateBlock block, GateBlock part, NDManager call, Tile tile, int at) {
    IntegerProducts.Form form = options.form(integers);
    List<List<PtNDArray>> products =
        program.call(
            call,
            "multiply",
            LoadedProgram.list(block.gates()),
            LoadedProgram.list(part.gates()),
            IValue.from(block.norms()),
            IValue.from(part.norms()),
            IValue.from(form.cut()),
            IValue.from(form.code()),
            IValue.from(options.divisor()),
            IValue.from(options.bias()),
            IValue.from(tile.layers().length > 0));
    double[] mantissas = products.get(0).get(0).toDoubleArray();
    double[] exponents = products.get(1).get(0).toDoubleArray();
    double[] inputsProducts =
        one(
                call,
                "pixel_products",
                IValue.from(block.pixels()),
                IValue.from(part.pixels()),
                IValue.from(integers.ofPixels().cut()),
                IValue.from(integers.ofPixels().code()),
                IValue.from(pixels),
                IValue.from(options.bias()))
            .toDoubleArray();
    double[] featureProducts =
        one(
                call,
                "feature_products",
                IValue.from(block.features()),
                IValue.from(part.features()),
                IValue.from(options.bias()))
            .toDoubleArray();
    tile.columns().place(own(part), at);
    int n = part.size();
    for (int i = 0; i < block.size(); i++) {
      for (int j = 0; j < n; j++) {
        double product = mantissas[i * n + j] * inputsProducts[i * n + j];
        int to = i * tile.cols() + at + j;
        tile.logKernel()[to] = log(Math.abs(product), exponents[i * n + j]);
        tile.sign()[to] = (byte) Math.signum(product);
      }
    }
    place(products.get(2).get(0).toDoubleArray(), n, tile.layerSum(), tile.cols(), at);
    place(inputsProducts, n, tile.pixel(), tile.cols(), at);
    place(featureProducts, n, tile.feature(), tile.cols(), at);
    for (int l = 0; l < tile.layers().length; l++) {
      place(products.get(3).get(l).toDoubleArray(), n, tile.layers()[l], tile.cols(), at);
    }
  }

  private static void place(double[] part, int width, double[] all, int columns, int at) {
    for (int i = 0; i * width < part.length; i++) {
      System.arraycopy(part, i * width, all, i * columns + at, width);
    }
  }

  /** The natural logarithm of {@code product} times 2^{@code exponent}; -Infinity for 0. */
  private static double log(double product, double exponent) {
    return product == 0 ? Double.NEGATIVE_INFINITY : StrictMath.log(product) + exponent * LN2;
  }

  /** The kernels of the images with themselves. */
  SelfKernels own(GateBlock block) {
    int n = block.size();
    try (NDManager call = program.newManager()) {
      List<List<PtNDArray>> products =
          program.call(
              call,
              "own",
              IValue.from(block.norms()),
              IValue.from(options.divisor()),
              IValue.from(options.bias()));
      double[] mantissas = products.get(0).get(0).toDoubleArray();
      double[] exponents = products.get(1).get(0).toDoubleArray();
      double[] factors = products.get(2).get(0).toDoubleArray();
      double[] pixel =
          one(
                  call,
                  "pixel_norms",
                  IValue.from(block.pixels()),
                  IValue.from(pixels),
                  IValue.from(options.bias()))
              .toDoubleArray();
      float[][] features = block.featureRows();
      SelfKernels own = SelfKernels.of(n, layerCount);
      System.arraycopy(pixel, 0, own.pixel(), 0, n);
      for (int i = 0; i < n; i++) {
        own.logKernel()[i] = log(mantissas[i] * pixel[i], exponents[i]);
        own.feature()[i] = options.bias();
        for (float value : features[i]) {
          own.feature()[i] += (double) value * value;
        }
        for (int l = 0; l < layerCount; l++) {
          own.layers()[l][i] = factors[l * n + i];
          own.layerSum()[i] += own.layers()[l][i] > 0 ? 1 : 0;
        }
      }
      return own;
    }
  }

  private PtNDArray one(NDManager owner, String method, IValue... arguments) {
    return program.call(owner, method, arguments).get(0).get(0);
  }
}
