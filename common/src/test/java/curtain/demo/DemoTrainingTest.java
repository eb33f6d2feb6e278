package curtain.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.fixtures.Shared;
import curtain.images.ClassList;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import curtain.weights.StateDictFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training of the demo's network, and that what it saves is the network that was trained. */
@Tag("reference")
final class DemoTrainingTest {
  private static final int CLASSES = 10;

  @TempDir static Path scratch;
  private static LabelledPixels images;

  @BeforeAll
  static void draw() throws IOException {
    new DemoImages(314, 6, 1, 0).write(scratch, done -> {});
    ClassList classes =
        ClassList.read(scratch.resolve(DemoImages.CLASSES).toString(), new Configuration());
    images = LabelledPixels.read(scratch.resolve("train").toString(), classes, new Configuration());
  }

  private static List<Double> train(String name, long seed, List<Double> accuracies)
      throws IOException {
    List<Double> losses = new ArrayList<>();
    Path directory = Files.createDirectories(scratch.resolve(name));
    new DemoTraining(seed, 24, 20, 0.01, 4)
        .run(
            images,
            images,
            CLASSES,
            directory,
            new DemoTraining.Meter() {
              @Override
              public void step(int step, double loss) {
                losses.add(loss);
                assertEquals(losses.size(), step);
              }

              @Override
              public void checkpoint(int step, double accuracy) {
                accuracies.add(accuracy);
              }
            });
    return losses;
  }

  @Test
  void aFewStepsLowerTheLossTheSameWayEveryTime() throws IOException {
    List<Double> accuracies = new ArrayList<>();
    List<Double> losses = train("one", 1, accuracies);
    double first = losses.subList(0, 3).stream().mapToDouble(x -> x).average().orElseThrow();
    double last = losses.subList(21, 24).stream().mapToDouble(x -> x).average().orElseThrow();
    assertTrue(last < first - 0.3, "loss from " + first + " to " + last);
    assertEquals(4, accuracies.size());

    assertEquals(losses, train("two", 1, new ArrayList<>()));
    List<String> names =
        List.of(
            "step00000.safetensors",
            "step00003.safetensors",
            "step00011.safetensors",
            "step00024.safetensors");
    try (Stream<Path> files = Files.list(scratch.resolve("one"))) {
      assertEquals(names, files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    for (String name : names) {
      assertArrayEquals(
          Files.readAllBytes(scratch.resolve("one").resolve(name)),
          Files.readAllBytes(scratch.resolve("two").resolve(name)));
    }
    assertTrue(!losses.equals(train("three", 2, new ArrayList<>())), "the seed has no effect");
  }

  /** Logits in DJL's inference mode against those of the compiled program, from the file. */
  @Test
  void theCompiledNetworkIsTheTrainedOne() throws IOException {
    Path file = scratch.resolve("net.safetensors");
    Path archive = scratch.resolve("net.pt");
    float[] expected;
    float[] running;
    List<byte[]> batch = images.pixels().subList(0, 20);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      TrainedNetwork network = new TrainedNetwork(manager, CLASSES, new Random(9));
      NDArray x = new MicroBatch(20, DemoImage.SIDE).fill(manager, batch);
      for (int i = 0; i < 5; i++) {
        network.forward(x, true).close();
      }
      expected = network.forward(x, false).toFloatArray();
      network.stateDict().writeSafetensors(file);
    }
    running = StateDictFile.read(file).tensors().get("block.bn2.running_var").values();
    assertTrue(Math.abs(running[0] - 1) > 1e-3, "the running variance stayed " + running[0]);

    Network network = Architecture.of("demo_cnn").network(file, Normalisation.IMAGENET);
    Compiler.compile(network, CompileOptions.DEFAULT).write(archive);
    try (LoadedProgram program = LoadedProgram.load(archive, Device.cpu());
        NDManager manager = program.newManager()) {
      PtNDArray x = new MicroBatch(20, DemoImage.SIDE).fill(manager, batch);
      float[] logits =
          program.call(manager, "forward", IValue.from(x)).get(0).get(0).toFloatArray();
      assertEquals(expected.length, logits.length);
      double largest = 0;
      double worst = 0;
      for (int i = 0; i < logits.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        worst = Math.max(worst, Math.abs(expected[i] - logits[i]));
      }
      assertTrue(worst <= 1e-5 * largest, "logits differ by " + worst + " of " + largest);
    }
  }

  /** The same in PyTorch, from the file by its own reader's rules. */
  @Test
  void pyTorchComputesTheSameLogits() throws Exception {
    String python = Shared.python();
    Path file = scratch.resolve("python.safetensors");
    float[] expected;
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      TrainedNetwork network = new TrainedNetwork(manager, CLASSES, new Random(5));
      NDArray x = manager.full(new ai.djl.ndarray.types.Shape(2, 3, 64, 64), 0.25f);
      x.set(new ai.djl.ndarray.index.NDIndex("1, :, 20:40, 10:30"), -0.5f);
      network.forward(x, true).close();
      expected = network.forward(x, false).toFloatArray();
      network.stateDict().writeSafetensors(file);
    }
    Process process =
        new ProcessBuilder(
                python,
                Shared.root().resolve("common/src/test/python/demo_cnn.py").toString(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines;
    try (var out = process.inputReader()) {
      lines = out.lines().toList();
    }
    assertEquals(0, process.waitFor());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], Double.parseDouble(lines.get(i)), 1e-5 * 10);
    }
  }

  @Test
  void checkpointsAreCloserAtTheBeginning() {
    assertEquals(
        List.of(0, 7, 30, 67, 119, 185, 267, 363, 474, 600),
        new DemoTraining(1, 600, 32, 0.01, 10).kept());
    assertEquals(List.of(0, 1), new DemoTraining(1, 1, 32, 0.01, 10).kept());
  }

  @Test
  void imagesWithoutAClassAreNamed() {
    String directory = scratch.resolve("train").toString();
    IOException e =
        assertThrows(
            IOException.class,
            () -> LabelledPixels.read(directory, ClassList.cifar10(), new Configuration()));
    assertEquals(
        directory
            + ": the directory of arrow/0000.png is no class of the labels; training needs every"
            + " image's class",
        e.getMessage());
  }
}
