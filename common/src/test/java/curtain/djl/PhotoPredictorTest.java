package curtain.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.engine.LoadedProgram;
import curtain.fixtures.Shared;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import curtain.pullback.Targets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Photographs through DJL's predictor: what the jobs compute for the same files. */
@Tag("reference")
final class PhotoPredictorTest {
  private static final ImageOptions OPTIONS =
      new ImageOptions(Transform.IMAGENET, 224, ImageOptions.DEFAULT_MAX_PIXELS);
  private static final int SIDE = 224;

  @TempDir static Path scratch;
  private static Path exported;
  private static final List<Path> FILES = new ArrayList<>();
  private static final List<byte[]> PIXELS = new ArrayList<>();

  /** The file is what {@code curtain export} writes, the pixels are what the jobs read. */
  @BeforeAll
  static void export() throws IOException {
    Path photos = Shared.path(Shared.PHOTOS);
    Path weights = Shared.path(Shared.SQUEEZENET_WEIGHTS);
    exported = scratch.resolve("squeezenet1_1.pt");
    Compiler.compile(
            Architecture.of("squeezenet1_1").network(weights, Normalisation.IMAGENET),
            CompileOptions.DEFAULT)
        .write(exported);
    Configuration conf = new Configuration();
    ImageSet set = ImageSet.list(photos.toString(), 5, conf);
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(set.refs(), OPTIONS, conf)) {
      outcomes.forEachRemaining(
          outcome -> {
            FILES.add(photos.resolve(outcome.ref().imageId()));
            PIXELS.add(((DecodedImage) outcome).pixels());
          });
    }
    assertEquals(5, FILES.size());
  }

  private static List<byte[]> bytes() throws IOException {
    List<byte[]> bytes = new ArrayList<>();
    for (Path file : FILES) {
      bytes.add(Files.readAllBytes(file));
    }
    return bytes;
  }

  /** Equal bits, where the jobs' kernel runs the same pairs of images. */
  @Test
  void resultsAreThoseOfTheJobs() throws Exception {
    Map<String, Object> arguments =
        Map.of("targets", "top:3", "temperature", "0.3,30", "batchifier", "none");
    try (ZooModel<byte[], byte[]> model =
            Models.load(exported.toUri().toString(), new PullbackTranslatorFactory(), arguments);
        Predictor<byte[], byte[]> predictor = model.newPredictor();
        LoadedProgram program = LoadedProgram.load(exported, Device.cpu());
        PullbackKernel kernel = new PullbackKernel(program, 2, List.of(0.3, 30.0), Set.of())) {
      List<byte[]> outputs = predictor.batchPredict(bytes());
      assertEquals(FILES.size(), outputs.size());
      for (int from = 0; from < FILES.size(); from += 2) {
        List<byte[]> pair = PIXELS.subList(from, Math.min(from + 2, FILES.size()));
        List<ImagePullbacks> expected = kernel.run(pair, Targets.top(3));
        for (int i = 0; i < pair.size(); i++) {
          assertSameBits(expected.get(i), Npz.of(outputs.get(from + i)));
        }
      }
    }
  }

  private static void assertSameBits(ImagePullbacks expected, Npz actual) {
    assertEquals(
        List.of("logits", "targets", "probabilities", "temperatures", "pullbacks"), actual.names());
    assertEquals(new Shape(2, 3, 3, SIDE, SIDE), actual.shape());
    assertArrayEquals(expected.logits(), actual.logits());
    assertArrayEquals(new double[] {0.3, 30}, actual.temperatures());
    for (int k = 0; k < 3; k++) {
      int target = expected.targets()[k];
      assertEquals(target, actual.targets()[k]);
      assertEquals((float) expected.probability(target), actual.probabilities()[k]);
      for (int m = 0; m < 2; m++) {
        assertArrayEquals(expected.pullback(m, k), actual.pullback(m, k));
      }
    }
  }

  /** Equal logits; pullbacks differ by rounding, with the image's place in the batch. */
  @Test
  void batchesHardlyMatter() throws Exception {
    List<Npz> pairs = predict(Map.of("temperature", "30"), bytes());
    List<Npz> sixteen = predict(Map.of("temperature", "30", "batchSize", "16"), bytes());
    double largest = 0;
    for (int i = 0; i < pairs.size(); i++) {
      Npz alone = predict(Map.of("temperature", "30"), List.of(bytes().get(i))).get(0);
      for (Npz other : List.of(sixteen.get(i), alone)) {
        assertArrayEquals(pairs.get(i).logits(), other.logits());
        largest = Math.max(largest, difference(pairs.get(i).pullbacks(), other.pullbacks()));
      }
    }
    System.out.println("pullbacks of other batches differ by " + largest + " relative");
    assertTrue(largest <= 1e-6, largest + " relative");
  }

  /** The L2 norm of the difference, relative to the first's. */
  private static double difference(float[] a, float[] b) {
    double difference = 0;
    double norm = 0;
    for (int j = 0; j < a.length; j++) {
      difference += Math.pow((double) a[j] - b[j], 2);
      norm += Math.pow(a[j], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private static List<Npz> predict(Map<String, Object> arguments, List<byte[]> images)
      throws Exception {
    try (ZooModel<byte[], byte[]> model =
            Models.load(exported.toUri().toString(), new PullbackTranslatorFactory(), arguments);
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      return predictor.batchPredict(images).stream().map(Npz::of).toList();
    }
  }

  /** The example of plain DJL in docs/djl.md. */
  @Test
  void plainDjl() throws Exception {
    Path photo = FILES.get(0);
    Criteria<byte[], byte[]> criteria =
        Criteria.builder()
            .setTypes(byte[].class, byte[].class)
            .optEngine("PyTorch")
            .optModelPath(exported)
            .optTranslatorFactory(new PullbackTranslatorFactory())
            .optArgument("targets", "tench,cassette player")
            .optArgument("temperature", "0.15,0.3")
            .build();
    byte[] npz;
    try (ZooModel<byte[], byte[]> model = criteria.loadModel();
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      npz = predictor.predict(Files.readAllBytes(photo));
    }
    assertArrayEquals(new long[] {0, 482}, Npz.of(npz).targets());
    assertEquals(new Shape(2, 2, 3, SIDE, SIDE), Npz.of(npz).shape());
  }

  /** The arrays as NumPy sees them, and the picture that they are of. */
  @Test
  void numpyLoadsIt() throws Exception {
    String python = Shared.python();
    String script =
        """
        import io, sys
        import numpy
        z = numpy.load(io.BytesIO(open(sys.argv[1], 'rb').read()))
        for name in z.files:
            a = z[name]
            print(name, a.dtype.str, a.shape, a.flags['C_CONTIGUOUS'])
        p = numpy.exp(z['logits'] - z['logits'].max())
        p /= p.sum()
        assert numpy.allclose(p[z['targets']], z['probabilities'], atol=1e-6)
        assert list(z['targets']) == list(numpy.argsort(-z['logits'])[:2])
        print(repr(float(z['pullbacks'][1, 0, 2, 100, 50])))
        print(repr(float(z['temperatures'][1])))
        """;
    byte[] npz;
    try (ZooModel<byte[], byte[]> model =
            Models.load(
                exported.toUri().toString(),
                new PullbackTranslatorFactory(),
                Map.of("targets", "top:2", "temperature", "0.3,30"));
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      npz = predictor.predict(Files.readAllBytes(FILES.get(0)));
    }
    Path file = Files.write(scratch.resolve("one.npz"), npz);
    Process process =
        new ProcessBuilder(python, "-c", script, file.toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    float value = Npz.of(npz).pullback(1, 0)[(2 * SIDE + 100) * SIDE + 50];
    List<String> lines = output.lines().toList();
    assertEquals(
        List.of(
            "logits <f4 (1000,) True",
            "targets <i8 (2,) True",
            "probabilities <f4 (2,) True",
            "temperatures <f8 (2,) True",
            "pullbacks <f4 (2, 2, 3, 224, 224) True"),
        lines.subList(0, 5));
    assertEquals((double) value, Double.parseDouble(lines.get(5)));
    assertEquals(30, Double.parseDouble(lines.get(6)));
  }
}
