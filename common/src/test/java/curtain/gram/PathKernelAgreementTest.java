package curtain.gram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.PathProgram;
import curtain.compile.Precision;
import curtain.compile.Program;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trained networks on photos, against PyTorch in float64: log|K| within 1e-9 by the same gates, and
 * within 1e-3 by gates of a float64 pass.
 */
@Tag("reference")
final class PathKernelAgreementTest {
  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20, cifar10-resnet20.th, cifar10-sample/test, 3, hard, 0.3",
    "cifar_resnet20, cifar10-resnet20.th, cifar10-sample/test, 3, sigmoid, 0.3",
    "squeezenet1_1, squeezenet1_1-imagenet.pth, imagenette-examples/val, 2, hard, 3",
    "squeezenet1_1, squeezenet1_1-imagenet.pth, imagenette-examples/val, 2, sigmoid, 3"
  })
  void agreesWithPyTorch(
      String architecture, String weights, String photos, int count, String gate, double t)
      throws Exception {
    Path file = Shared.real("data/weights/" + weights);
    Path oracle = Shared.real("reference/oracle.py");
    String python = Shared.python();
    Architecture of = Architecture.of(architecture);
    Network network = of.network(file, Normalisation.IMAGENET);
    List<byte[]> images = images(Shared.real("data/" + photos), of, count);
    List<PathKernel.Values> tiles = new ArrayList<>();
    CompileOptions options =
        new CompileOptions(Gate.parse(gate), PoolGate.HARD, false, Precision.FLOAT32);
    try (LoadedProgram program = load(Compiler.compile(network, options))) {
      write(program, images, t);
      for (boolean constants : new boolean[] {true, false}) {
        try (LoadedProgram paths = load(PathProgram.compile(network, constants));
            PathKernel kernel = new PathKernel(program, paths, t, count);
            PathKernel.PathBlock block = kernel.gates(images)) {
          tiles.add(kernel.tile(block, block));
        }
      }
    }
    Path script = Shared.root().resolve("common/src/test/python/path_kernel.py");
    List<String> lines =
        output(
            python,
            script.toString(),
            oracle.toString(),
            architecture,
            file.toString(),
            scratch.toString(),
            gate,
            Double.toString(t));
    assertEquals(count * (count + 1), lines.size());
    double worst = 0;
    double own = 0;
    int line = 0;
    for (PathKernel.Values tile : tiles) {
      for (int i = 0; i < count; i++) {
        for (int j = i; j < count; j++) {
          String[] expected = lines.get(line++).split(" ", -1);
          double log = tile.log()[i * count + j];
          assertEquals(Integer.parseInt(expected[1]), tile.sign()[i * count + j]);
          worst = Math.max(worst, Math.abs(log - Double.parseDouble(expected[0])));
          own = Math.max(own, Math.abs(log - Double.parseDouble(expected[2])));
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s, %s: log|K| up to %.1f differs by %.1e; by %.1e from that of float64 gates%n",
        architecture,
        gate,
        tiles.get(0).log()[0],
        worst,
        own);
    assertTrue(worst <= 1e-9, "log|K| differs by " + worst);
    assertTrue(own <= 1e-3, "log|K| differs from that of float64 gates by " + own);
  }

  private LoadedProgram load(Program compiled) throws IOException {
    Path file = scratch.resolve("program.pt");
    compiled.write(file);
    return LoadedProgram.load(file, Device.cpu());
  }

  /** One photo of every class, from the first classes. */
  private static List<byte[]> images(Path root, Architecture of, int count) throws IOException {
    Configuration conf = new Configuration();
    ImageOptions options =
        new ImageOptions(
            of.cifar() ? Transform.NONE : Transform.IMAGENET,
            of.imageSize(),
            ImageOptions.DEFAULT_MAX_PIXELS);
    ImageSet set = ImageSet.list(root.toString(), Integer.MAX_VALUE, conf);
    List<byte[]> images = new ArrayList<>();
    int every = set.refs().size() / count;
    for (int i = 0; i < count; i++) {
      try (CloseableIterator<Outcome> outcomes =
          ImageSet.load(set.refs().subList(i * every, i * every + 1), options, conf)) {
        images.add(((DecodedImage) outcomes.next()).pixels());
      }
    }
    return images;
  }

  /** The files that the script reads. */
  private void write(LoadedProgram program, List<byte[]> images, double temperature)
      throws IOException {
    try (NDManager call = program.newManager();
        OutputStream pixels = Files.newOutputStream(scratch.resolve("pixels.bin"));
        OutputStream gates = Files.newOutputStream(scratch.resolve("gates.bin"));
        OutputStream pools = Files.newOutputStream(scratch.resolve("pools.bin"))) {
      for (byte[] image : images) {
        pixels.write(image);
      }
      PtNDArray x = new MicroBatch(images.size(), program.info().imageSize()).fill(call, images);
      PtNDArray t =
          (PtNDArray) call.create(new float[] {(float) temperature}, new Shape(1, 1, 1, 1));
      List<PtNDArray> temperatures = Collections.nCopies(program.info().relus().size(), t);
      List<List<PtNDArray>> lists =
          program.call(call, "gates_of", IValue.from(x), LoadedProgram.list(temperatures));
      for (PtNDArray gate : lists.get(2)) {
        float[] values = gate.toFloatArray();
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        gates.write(bytes.array());
      }
      for (PtNDArray pool : lists.get(3)) {
        long[] values = pool.toLongArray();
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        pools.write(bytes.array());
      }
    }
  }

  private List<String> output(String... command) throws IOException, InterruptedException {
    Path out = scratch.resolve("out");
    Path err = scratch.resolve("err");
    int status =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals(0, status, Files.readString(err));
    return Files.readAllLines(out);
  }
}
