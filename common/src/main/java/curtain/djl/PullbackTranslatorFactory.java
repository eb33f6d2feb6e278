package curtain.djl;

import ai.djl.Model;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import curtain.compile.ProgramInfo;
import curtain.engine.LoadedProgram;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.Transform;
import curtain.network.Architecture;
import curtain.pullback.TargetChoice;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Excitation pullbacks [paper, 4.2 and 6.2] as a DJL model: the bytes of an image file in, the
 * bytes of an NPZ file out. The model is a file that {@code curtain export} wrote.
 *
 * <p>Written to the API of DJL 0.35.1, and for the class {@code
 * ai.djl.spark.task.binary.BinaryPredictor} of its Spark extension ({@code
 * ai.djl.spark:spark_2.12:0.35.1}), which serialises the factory, builds a {@code Criteria} on the
 * executor from it and calls {@code batchPredict}:
 *
 * <pre>
 * new BinaryPredictor()
 *   .setInputCol("content").setOutputCol("npz").setEngine("PyTorch")
 *   .setModelUrl("file:///models/resnet50.pt")
 *   .setTranslatorFactory(new PullbackTranslatorFactory(Map.of("targets", "top:3")))
 *   .predict(spark.read().format("binaryFile").load("photos"))
 * </pre>
 *
 * <p>The NPZ (K targets, M temperatures, C classes), for {@code numpy.load}:
 *
 * <ul>
 *   <li>{@code logits} (C) float32
 *   <li>{@code targets} (K) int64: the classes, with {@code top:K} by falling logit
 *   <li>{@code probabilities} (K) float32: softmax of the logits at the targets
 *   <li>{@code temperatures} (M) float64: T as given, in units of the pre-activations
 *   <li>{@code pullbacks} (M, K, 3, H, W) float32, per unit of an input in [-1, 1], RGB
 * </ul>
 *
 * <p>Arguments, all text, from this class's constructor or DJL's (which win): of a {@code
 * Criteria}, of the model URL's query, or of a serving.properties beside the model.
 *
 * <ul>
 *   <li>{@code targets}: {@code predicted} (the default), {@code top:K}, or indices, WordNet ids or
 *       names, separated by commas
 *   <li>{@code temperature}: T[,T...], above 0 (0.3)
 *   <li>{@code transform}: {@code imagenet}, {@code none} or {@code square}; by default {@code
 *       none} for the CIFAR networks and {@code imagenet} for others
 *   <li>{@code maxPixels}: images of more are refused (178956970)
 *   <li>{@code batchSize}: images that the network takes at once (2). A batch of the predictor is
 *       cut into such, the last one filled up. No result depends on it or on the batch but for
 *       rounding of the pullbacks, about 1e-7 relative
 * </ul>
 *
 * <p>DJL's own arguments pass; {@code batchifier} changes nothing, batches are always taken whole.
 * An image that cannot be decoded, or whose result is not finite, is a {@code TranslateException}
 * that gives the reason, for its whole batch: DJL knows no rows of errors.
 */
public final class PullbackTranslatorFactory implements TranslatorFactory, Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, String> settings;

  /** A factory without arguments of its own. */
  public PullbackTranslatorFactory() {
    this(Map.of());
  }

  /**
   * A factory with arguments of its own, for hosts that pass none, such as the Spark extension.
   *
   * @throws IllegalArgumentException for an unknown name or a wrong value; classes are looked up
   *     when there is a network
   */
  public PullbackTranslatorFactory(Map<String, ?> arguments) {
    TranslatorArguments.checkAllOurs(arguments);
    TranslatorArguments.of(arguments);
    this.settings = new HashMap<>(TranslatorArguments.strings(arguments));
  }

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(new Pair<>(byte[].class, byte[].class));
  }

  /**
   * A translator for the model, which all of its predictors share.
   *
   * @throws IllegalArgumentException for types other than byte[] to byte[], a model that is no
   *     exported file or was not loaded by PyTorch, a misspelt argument or a wrong value. DJL lets
   *     it pass as it is; of a checked exception it would show the last of the causes.
   */
  @Override
  @SuppressWarnings("unchecked") // I and O are checked
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
    if (!isSupported(input, output)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "pullbacks take byte[] to byte[], not %s to %s",
              input.getTypeName(),
              output.getTypeName()));
    }
    Map<String, Object> all = new HashMap<>(settings);
    all.putAll(arguments);
    return (Translator<I, O>) translator(model, TranslatorArguments.of(all));
  }

  private static PullbackTranslator translator(Model model, TranslatorArguments arguments) {
    ProgramInfo info;
    LoadedProgram program;
    try {
      info = ProgramInfo.read(file(model));
      program = LoadedProgram.of(info, model);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Architecture architecture = Architecture.of(info.model());
    Transform own = architecture.exactSize() ? Transform.NONE : Transform.IMAGENET;
    return new PullbackTranslator(
        program,
        targets(arguments, info, architecture.cifar()),
        arguments.temperatures(),
        new ImageOptions(
            arguments.transform() == null ? own : arguments.transform(),
            info.imageSize(),
            arguments.maxPixels()),
        arguments.batchSize());
  }

  private static TargetChoice targets(
      TranslatorArguments arguments, ProgramInfo info, boolean cifar) {
    ClassList classes = cifar ? ClassList.cifar10() : ClassList.imagenet();
    if (classes.size() != info.classes()) {
      classes = ClassList.unnamed(info.classes());
    }
    TargetChoice targets;
    try {
      targets = TargetChoice.parse(arguments.targets(), classes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("argument targets: " + e.getMessage(), e);
    }
    if (targets.kind() == TargetChoice.Kind.LABEL) {
      throw new IllegalArgumentException(
          "argument targets=label: bytes have no label; use predicted, top:K, indices or names");
    }
    return targets;
  }

  /**
   * The file that DJL loaded the model from. DJL keeps its directory, and its name without {@code
   * .pt}, or, where it was given the directory, the name that it looked for.
   */
  private static Path file(Model model) throws IOException {
    Path directory = model.getModelPath();
    String name = model.getName();
    if (directory != null) {
      List<Path> named = files(directory, name, name + ".pt");
      if (named.size() == 2) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s and %s: DJL does not tell which of them it loaded; move one away",
                named.get(0),
                named.get(1)));
      }
      String folder = directory.toFile().getName();
      List<Path> others = files(directory, folder, folder + ".pt", "model.pt");
      if (!named.isEmpty() || !others.isEmpty()) {
        return named.isEmpty() ? others.get(0) : named.get(0);
      }
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "DJL loaded the model %s from no file that is there; give the exported file as its URL",
            name));
  }

  private static List<Path> files(Path directory, String... names) {
    return Stream.of(names).map(directory::resolve).filter(Files::isRegularFile).toList();
  }
}
