package curtain.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import curtain.engine.LoadedProgram;
import curtain.images.ImageSet;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import curtain.pullback.TargetChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Translates the bytes of an image file to those of an NPZ file, whose arrays {@link
 * PullbackTranslatorFactory} lists.
 *
 * <p>A predictor would call the model's {@code forward} between {@link #batchProcessInput} and
 * {@link #batchProcessOutput}. Pullbacks need a list of tensors and an integer, which DJL cannot
 * pass by its own lists of arrays, and the classes of the largest logits, so the input is an empty
 * list, for which DJL calls nothing, the pixels travel as an attachment of the call, and the output
 * comes from the same {@link PullbackKernel} as the jobs'.
 *
 * <p>All predictors of a model share its translator: a call takes an idle kernel, or makes one.
 */
final class PullbackTranslator implements Translator<byte[], byte[]> {
  private static final String PIXELS = "curtain.pixels";

  /** The decoded images of a call. */
  private record Pixels(List<byte[]> images) {}

  private final LoadedProgram program;
  private final TargetChoice targets;
  private final List<Double> temperatures;
  private final ImageOptions options;
  private final int batchSize;
  private final Deque<PullbackKernel> idle = new ConcurrentLinkedDeque<>();

  PullbackTranslator(
      LoadedProgram program,
      TargetChoice targets,
      List<Double> temperatures,
      ImageOptions options,
      int batchSize) {
    this.program = program;
    this.targets = targets;
    this.temperatures = temperatures;
    this.options = options;
    this.batchSize = batchSize;
  }

  /**
   * The batchifier. It matters only that it is not null: then predictors call the methods for whole
   * batches.
   */
  @Override
  public Batchifier getBatchifier() {
    return Batchifier.STACK;
  }

  @Override
  public NDList processInput(TranslatorContext ctx, byte[] input) throws TranslateException {
    return batchProcessInput(ctx, List.of(input));
  }

  @Override
  public byte[] processOutput(TranslatorContext ctx, NDList list) throws TranslateException {
    return batchProcessOutput(ctx, list).get(0);
  }

  @Override
  public NDList batchProcessInput(TranslatorContext ctx, List<byte[]> inputs)
      throws TranslateException {
    List<byte[]> images = new ArrayList<>();
    for (byte[] file : inputs) {
      String name = name(images.size(), inputs.size());
      if (file == null) {
        throw new TranslateException(name + "null");
      }
      Outcome outcome = ImageSet.decode(name, file, options);
      if (outcome instanceof ImageError error) {
        throw new TranslateException(name + error.reason());
      }
      images.add(((DecodedImage) outcome).pixels());
    }
    ctx.setAttachment(PIXELS, new Pixels(images));
    return new NDList();
  }

  @Override
  public List<byte[]> batchProcessOutput(TranslatorContext ctx, NDList list)
      throws TranslateException {
    List<byte[]> images = ((Pixels) ctx.getAttachment(PIXELS)).images();
    List<byte[]> outputs = new ArrayList<>();
    for (int from = 0; from < images.size(); from += batchSize) {
      List<byte[]> batch = images.subList(from, Math.min(from + batchSize, images.size()));
      for (ImagePullbacks result : run(batch)) {
        if (!finite(result)) {
          throw new TranslateException(
              name(outputs.size(), images.size())
                  + "the network's logits or pullbacks are not finite");
        }
        try (NDManager manager = ctx.getNDManager().newSubManager()) {
          outputs.add(npz(manager, result));
        }
      }
    }
    return outputs;
  }

  private List<ImagePullbacks> run(List<byte[]> batch) {
    PullbackKernel kernel = idle.poll();
    if (kernel == null) {
      kernel = new PullbackKernel(program, batchSize, temperatures, Set.of());
    }
    try {
      return kernel.run(batch, targets.of(Collections.nCopies(batch.size(), 0)));
    } finally {
      idle.push(kernel);
    }
  }

  private byte[] npz(NDManager manager, ImagePullbacks result) {
    int m = temperatures.size();
    int k = result.targets().length;
    int side = program.info().imageSize();
    int pixels = 3 * side * side;
    long[] classes = new long[k];
    float[] probabilities = new float[k];
    float[] pullbacks = new float[Math.multiplyExact(m * k, pixels)];
    for (int i = 0; i < k; i++) {
      classes[i] = result.targets()[i];
      probabilities[i] = (float) result.probability(result.targets()[i]);
      for (int t = 0; t < m; t++) {
        System.arraycopy(result.pullback(t, i), 0, pullbacks, (t * k + i) * pixels, pixels);
      }
    }
    double[] values = temperatures.stream().mapToDouble(Double::doubleValue).toArray();
    return new NDList(
            named("logits", manager.create(result.logits())),
            named("targets", manager.create(classes)),
            named("probabilities", manager.create(probabilities)),
            named("temperatures", manager.create(values)),
            named("pullbacks", manager.create(pullbacks, new Shape(m, k, 3, side, side))))
        .encode(NDList.Encoding.NPZ);
  }

  private static NDArray named(String name, NDArray array) {
    array.setName(name);
    return array;
  }

  private boolean finite(ImagePullbacks result) {
    boolean finite = finite(result.logits());
    for (int i = 0; i < result.targets().length; i++) {
      for (int t = 0; t < temperatures.size(); t++) {
        finite &= finite(result.pullback(t, i));
      }
    }
    return finite;
  }

  private static boolean finite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static String name(int index, int count) {
    return String.format(Locale.ROOT, "image %d of %d: ", index + 1, count);
  }
}
