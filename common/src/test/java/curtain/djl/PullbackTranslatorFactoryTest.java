package curtain.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.nn.LambdaBlock;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorFactory;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.ProgramInfo;
import curtain.engine.LoadedProgram;
import curtain.network.Normalisation;
import curtain.network.RandomNetworks;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What hosts of DJL do with the factory, right and wrong, on a small network. */
@Tag("engine")
final class PullbackTranslatorFactoryTest {
  private static final int SIDE = 32;

  @TempDir static Path scratch;
  private static Path exported;

  @BeforeAll
  static void export() throws IOException {
    exported = write(Files.createDirectory(scratch.resolve("models")).resolve("small net.pt"));
  }

  private static Path write(Path file) throws IOException {
    Compiler.compile(RandomNetworks.of("cifar_resnet20", 314), CompileOptions.DEFAULT).write(file);
    return file;
  }

  private static ZooModel<byte[], byte[]> load(Map<String, Object> arguments) throws Exception {
    return load(exported.toUri().toString(), new PullbackTranslatorFactory(), arguments);
  }

  private static ZooModel<byte[], byte[]> load(
      String url, TranslatorFactory factory, Map<String, Object> arguments) throws Exception {
    return Models.load(url, factory, arguments);
  }

  private static byte[] png(int side, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, random.nextInt());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private static List<byte[]> images(int count) throws IOException {
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(png(SIDE, i));
    }
    return images;
  }

  private static Npz one(ZooModel<byte[], byte[]> model) throws Exception {
    try (model;
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      return Npz.of(predictor.predict(png(SIDE, 0)));
    }
  }

  /** Written on a driver, read on an executor: the settings travel, nothing else does. */
  @Test
  void survivesSerialisation() throws Exception {
    Map<String, Object> settings = new HashMap<>(Map.of("targets", "dog,cat", "temperature", 0.5));
    PullbackTranslatorFactory factory = new PullbackTranslatorFactory(settings);
    settings.clear();
    Npz before = one(load(exported.toUri().toString(), factory, Map.of()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(factory);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      TranslatorFactory read = (TranslatorFactory) in.readObject();
      Npz after = one(load(exported.toUri().toString(), read, Map.of()));
      assertArrayEquals(new long[] {5, 3}, after.targets());
      assertArrayEquals(new double[] {0.5}, after.temperatures());
      assertTrue(before.sameBits(after));
      // DJL's own arguments win
      Map<String, Object> arguments = Map.of("targets", "top:4", "batchifier", "stack");
      Npz other = one(load(exported.toUri().toString(), read, arguments));
      assertEquals(4, other.targets().length);
      assertArrayEquals(new double[] {0.5}, other.temperatures());
    }
  }

  /** Where arguments come from when nothing is passed: the URL, and a file beside the model. */
  @Test
  void argumentsWithoutCode() throws Exception {
    String query =
        "?translatorFactory=curtain.djl.PullbackTranslatorFactory"
            + "&targets=top:2&temperature=0.5%2C1";
    Npz url = one(load(exported.toUri() + query, null, Map.of()));
    assertEquals(2, url.targets().length);
    assertArrayEquals(new double[] {0.5, 1}, url.temperatures());
    Path directory = Files.createDirectory(scratch.resolve("served"));
    write(directory.resolve("served.pt"));
    Files.writeString(
        directory.resolve("serving.properties"), "engine=PyTorch\nbatch_size=4\ntargets=7\n");
    Npz served = one(load(directory.toUri().toString(), new PullbackTranslatorFactory(), Map.of()));
    assertArrayEquals(new long[] {7}, served.targets());
  }

  /** A directory may hold the file under its own name, under model.pt, or a name that is given. */
  @Test
  void whereTheFileLies() throws Exception {
    Path directory = Files.createDirectory(scratch.resolve("places"));
    Path file = Files.copy(exported, directory.resolve("model.pt"));
    Npz expected = one(load(Map.of()));
    PullbackTranslatorFactory factory = new PullbackTranslatorFactory();
    assertTrue(expected.sameBits(one(load(directory.toUri().toString(), factory, Map.of()))));
    Path bare = Files.move(file, directory.resolve("net"));
    assertTrue(expected.sameBits(one(load(bare.toUri().toString(), factory, Map.of()))));
    try (ZooModel<byte[], byte[]> named =
        Criteria.builder()
            .setTypes(byte[].class, byte[].class)
            .optEngine("PyTorch")
            .optModelPath(directory)
            .optModelName("net")
            .optTranslatorFactory(factory)
            .build()
            .loadModel()) {
      assertTrue(expected.sameBits(one(named)));
    }
    Files.copy(bare, directory.resolve("net.pt"));
    String message = refusal(() -> load(bare.toUri().toString(), factory, Map.of()));
    assertTrue(message.endsWith("DJL does not tell which of them it loaded; move one away"));
  }

  @Test
  void otherFiles() throws Exception {
    Path foreign = scratch.resolve("foreign.pt");
    try (ZipFile zip = new ZipFile(exported.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(foreign))) {
      for (ZipEntry entry : zip.stream().filter(e -> !e.getName().contains("extra/")).toList()) {
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setMethod(ZipEntry.STORED);
        copy.setSize(entry.getSize());
        copy.setCrc(entry.getCrc());
        out.putNextEntry(copy);
        out.write(zip.getInputStream(entry).readAllBytes());
      }
    }
    PullbackTranslatorFactory factory = new PullbackTranslatorFactory();
    assertEquals(
        foreign + " was not written by Curtain; make it with curtain export",
        refusal(() -> load(foreign.toUri().toString(), factory, Map.of())));
    // what DJL itself refuses, before it asks for a translator
    Path text = Files.writeString(scratch.resolve("text.pt"), "no archive");
    assertThrows(Exception.class, () -> load(text.toUri().toString(), factory, Map.of()));
    Path absent = scratch.resolve("absent.pt");
    assertThrows(
        ModelNotFoundException.class, () -> load(absent.toUri().toString(), factory, Map.of()));
    // a model that came from a stream, of whose file nothing is known
    try (Model model = Model.newInstance("streamed", "PyTorch")) {
      model.load(Files.newInputStream(exported));
      String message =
          refusal(() -> factory.newInstance(byte[].class, byte[].class, model, Map.of()));
      assertEquals(
          "DJL loaded the model streamed from no file that is there; give the exported file as its"
              + " URL",
          message);
    }
    // a block that was made, not loaded
    try (Model model = Model.newInstance("made", "PyTorch")) {
      model.setBlock(new LambdaBlock(arrays -> arrays));
      ProgramInfo info = ProgramInfo.read(exported);
      assertEquals(
          "the model is a LambdaBlock, not an exported file that DJL's engine PyTorch loaded",
          refusal(() -> LoadedProgram.of(info, model)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "targets | dgo | argument targets: target dgo is no index, directory or name of the class"
            + " list; nearest: dog",
        "targets | 10 | argument targets: target 10 is not within 0..9",
        "targets | top:11 | argument targets: top:11 takes a number from 1 to 10, the network's"
            + " classes",
        "targets | label | argument targets=label: bytes have no label; use predicted, top:K,"
            + " indices or names",
        "temprature | 0.3 | argument temprature is unknown; the nearest is temperature (of targets,"
            + " temperature, transform, maxPixels, batchSize)",
        "temperature | 0 | argument temperature=0: '0' is no number above 0 and below 1e6",
        "gate | hard | argument gate is fixed in the file; export it again with the wanted gate",
      })
  void wrongArguments(String name, String value, String message) {
    assertEquals(message, refusal(() -> load(Map.of(name, value))));
  }

  /** ImageNet has two cranes; which is meant is asked, not guessed. */
  @Test
  void ambiguousName() throws Exception {
    Path file = scratch.resolve("squeezenet1_1.pt");
    Compiler.compile(RandomNetworks.of("squeezenet1_1", 1), CompileOptions.DEFAULT).write(file);
    PullbackTranslatorFactory crane = new PullbackTranslatorFactory(Map.of("targets", "crane"));
    assertEquals(
        "argument targets: target crane is ambiguous; use one of n02012849, n03126707",
        refusal(() -> load(file.toUri().toString(), crane, Map.of())));
  }

  /** What can be told without a network is told on the driver. */
  @Test
  void wrongSettingsAreRefusedAtOnce() {
    assertTrue(
        refusal(() -> new PullbackTranslatorFactory(Map.of("topK", "3")))
            .startsWith("argument topK is unknown; the nearest is "));
    assertTrue(
        refusal(() -> new PullbackTranslatorFactory(Map.of("temperature", "-1")))
            .startsWith("argument temperature=-1"));
  }

  @Test
  void wrongTypes() throws Exception {
    PullbackTranslatorFactory factory = new PullbackTranslatorFactory();
    assertTrue(factory.isSupported(byte[].class, byte[].class));
    assertFalse(factory.isSupported(Input.class, Output.class));
    try (ZooModel<byte[], byte[]> model = load(Map.of())) {
      assertEquals(
          "pullbacks take byte[] to byte[], not java.lang.String to byte[]",
          refusal(
              () ->
                  factory.newInstance(
                      String.class, byte[].class, model.getWrappedModel(), Map.of())));
    }
    Criteria<String, byte[]> criteria =
        Criteria.builder()
            .setTypes(String.class, byte[].class)
            .optEngine("PyTorch")
            .optModelPath(exported)
            .optTranslatorFactory(factory)
            .build();
    assertThrows(ModelNotFoundException.class, criteria::loadModel);
  }

  /** One bad image fails its batch, with its place and the reason; the next batch is as before. */
  @Test
  void badImages() throws Exception {
    try (ZooModel<byte[], byte[]> model = load(Map.of("maxPixels", "2000"));
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      byte[] good = png(SIDE, 0);
      Npz expected = Npz.of(predictor.predict(good));
      assertEquals("image 1 of 1: empty file", problem(predictor, List.of(new byte[0])));
      assertEquals("image 1 of 1: null", problem(predictor, Collections.singletonList(null)));
      String cut = problem(predictor, List.of(good, Arrays.copyOf(good, good.length / 2), good));
      assertTrue(cut.startsWith("image 2 of 3: ") && cut.contains("PNG"), cut);
      assertTrue(
          problem(predictor, List.of("GIF89a".getBytes(StandardCharsets.US_ASCII)))
              .endsWith("truncated GIF"));
      assertEquals(
          "image 1 of 1: 33 x 33 pixels, but the network wants 32 x 32; the transform imagenet"
              + " resizes",
          problem(predictor, List.of(png(33, 1))));
      assertEquals(
          "image 1 of 1: 64 x 64 pixels are more than max pixels, 2000",
          problem(predictor, List.of(png(64, 1))));
      assertTrue(expected.sameBits(Npz.of(predictor.predict(good))));
      assertEquals(List.of(), predictor.batchPredict(List.of()));
    }
    try (ZooModel<byte[], byte[]> model = load(Map.of("transform", "square"));
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      assertEquals(SIDE, Npz.of(predictor.predict(png(33, 1))).shape().get(4));
    }
  }

  /** A network that overflows gives no numbers that look like results. */
  @Test
  void resultsThatAreNotFinite() throws Exception {
    Normalisation tiny =
        new Normalisation(Normalisation.IMAGENET.mean(), Collections.nCopies(3, 1e-37));
    Path file = scratch.resolve("overflow.pt");
    Compiler.compile(RandomNetworks.of("cifar_resnet20", 314, tiny), CompileOptions.DEFAULT)
        .write(file);
    try (ZooModel<byte[], byte[]> model =
            load(file.toUri().toString(), new PullbackTranslatorFactory(), Map.of());
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      assertEquals(
          "image 1 of 2: the network's logits or pullbacks are not finite",
          problem(predictor, images(2)));
    }
  }

  private static String problem(Predictor<byte[], byte[]> predictor, List<byte[]> images) {
    return assertThrows(TranslateException.class, () -> predictor.batchPredict(images))
        .getMessage();
  }

  /** Predictors share the translator; threads that predict at once do not disturb each other. */
  @Test
  void twoThreads() throws Exception {
    List<byte[]> images = images(7);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (ZooModel<byte[], byte[]> model = load(Map.of("targets", "top:2"));
        Predictor<byte[], byte[]> first = model.newPredictor();
        Predictor<byte[], byte[]> second = model.newPredictor()) {
      List<Npz> expected = first.batchPredict(images).stream().map(Npz::of).toList();
      List<Future<List<byte[]>>> results = new ArrayList<>();
      for (int round = 0; round < 10; round++) {
        Predictor<byte[], byte[]> predictor = round % 2 == 0 ? first : second;
        results.add(threads.submit(() -> predictor.batchPredict(images)));
      }
      for (Future<List<byte[]>> result : results) {
        List<byte[]> outputs = result.get();
        for (int i = 0; i < images.size(); i++) {
          assertTrue(expected.get(i).sameBits(Npz.of(outputs.get(i))));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Arrays that the model's managers hold, and resident memory, after 200 predictions. */
  @Test
  void memoryIsFlat() throws Exception {
    List<byte[]> images = images(5);
    try (ZooModel<byte[], byte[]> model = load(Map.of());
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      for (int i = 0; i < 10; i++) {
        predictor.batchPredict(images);
      }
      int arrays = model.getNDManager().getManagedArrays().size();
      long before = resident();
      for (int i = 0; i < 100; i++) {
        predictor.batchPredict(images);
      }
      long growth = resident() - before;
      System.out.println("resident memory grew by " + growth + " MiB over 100 predictions");
      assertEquals(arrays, model.getNDManager().getManagedArrays().size());
      // a leak of one prediction's pre-activations would be over 250 MiB
      assertTrue(growth < 150, growth + " MiB over 100 predictions");
    }
  }

  private static long resident() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
