package curtain.jobs.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.engine.LoadedProgram;
import curtain.fixtures.Shared;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Python;
import curtain.jobs.fixtures.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Exported files: what is written, and that PyTorch runs it as the product does, on two photos, or
 * with {@code -Dcurtain.full=true} on four.
 */
@Tag("reference")
class ExportTest {
  @TempDir Path dir;

  private static Run export(String model, String weights, Path output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("export", "--model", model, "--weights"));
    arguments.addAll(List.of(weights, "--output", output.toString()));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  @Test
  void aFileIsWrittenWholeAndReplacedOnlyWhenAsked() throws Exception {
    String weights = Shared.path(Shared.CIFAR_WEIGHTS).toString();
    Path file = dir.resolve("net.pt");
    Run run = export("cifar_resnet20", weights, file, "--gate", "softsign", "--pool", "hard");
    assertEquals(0, run.status(), run.err());
    assertEquals(
        "curtain export: "
            + file
            + ": 10 classes, 19 ReLU calls, 0 max-pool calls, images of 32 x 32\n",
        run.err());
    try (LoadedProgram program = LoadedProgram.load(file, Device.cpu())) {
      assertEquals("cifar_resnet20", program.info().model());
      assertEquals("softsign", program.info().options().gate().toString());
    }
    byte[] written = Files.readAllBytes(file);

    Run refused = export("cifar_resnet20", weights, file);
    assertEquals(1, refused.status());
    assertEquals(
        "curtain: --output "
            + file
            + " exists; give --resume to keep it if it was made with these settings, or --overwrite to replace it\n",
        refused.err());
    // A failure leaves what was there, and nothing beside it.
    assertEquals(1, export("cifar_resnet32", weights, file, "--overwrite").status());
    assertArrayEquals(written, Files.readAllBytes(file));
    assertEquals(0, export("cifar_resnet20", weights, file, "--overwrite", "--quiet").status());
    assertFalse(java.util.Arrays.equals(written, Files.readAllBytes(file)));
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void whatCannotBeWrittenIsRefused() {
    assertEquals(
        "curtain: --output " + dir + " is a directory; name a file\n",
        export("alexnet", "w.pth", dir).err());
    Path nowhere = dir.resolve("no/where.pt");
    assertTrue(export("alexnet", "w.pth", nowhere).err().contains("there is no directory"));
    assertEquals(
        "curtain: --weights w.pth does not exist (./curtain check shows what is found)\n",
        export("alexnet", "w.pth", dir.resolve("a.pt")).err());
  }

  @Test
  void helpHasTheSignatures() {
    Run help = Run.curtain("export", "--help");
    for (String signature :
        List.of(
            "forward(x) -> logits (N, C)",
            "pullback(x, targets: int64 (N, K), temperatures: List[Tensor])",
            "preactivations(x) -> (logits (N, C), List[Tensor]",
            "frozen(x, gates: List[Tensor], pools: List[Tensor]) -> logits (N, C)")) {
      assertTrue(help.out().contains(signature), help.out());
    }
  }

  /**
   * Float32 itself is good to 7e-5 on SqueezeNet and to 1e-6 on the CIFAR ResNets. ResNet-18 has
   * Winograd's convolutions.
   */
  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20, data/cifar10-sample/test, data/weights/cifar10-resnet20.th, none, 32, 1e-5",
    "squeezenet1_1, data/imagenette-examples/val, data/weights/squeezenet1_1-imagenet.pth, imagenet, 224, 1e-4",
    "resnet18, data/imagenette-examples/val, MADE, imagenet, 224, 1e-4"
  })
  void pyTorchComputesTheSameFromTheFile(
      String model, String images, String weights, String transform, int side, double tolerance)
      throws Exception {
    int count = side == 32 || Shared.full() ? 4 : 2;
    Path file = dir.resolve("net.pt");
    Path set = Shared.path(images);
    String weightsFile =
        (weights.equals("MADE") ? Python.weights(dir, model, set, count) : Shared.path(weights))
            .toString();
    assertEquals(0, export(model, weightsFile, file).status());
    Path pixels = dir.resolve("pixels");
    writePixels(set, count, new ImageOptions(Transform.of(transform), side, 1 << 28), pixels);
    Path computed = dir.resolve("computed");
    List<String> printed =
        Python.run(
            dir,
            "run_exported.py",
            file.toString(),
            pixels.toString(),
            String.valueOf(side),
            "0.3,0.15",
            computed.toString());
    assertTrue(Double.parseDouble(printed.get(1)) < 1e-5, "frozen network: " + printed);
    assertTrue(Double.parseDouble(printed.get(2)) < 1e-5, "autograd: " + printed);

    Path rows = dir.resolve("rows");
    Run run =
        Run.curtain(
            "pullbacks",
            "--images",
            set.toString(),
            "--model",
            model,
            "--weights",
            weightsFile,
            "--limit",
            String.valueOf(count),
            "--targets",
            "top:2",
            "--temperature",
            "0.3,0.15",
            "--device",
            "cpu",
            "--batch-size",
            String.valueOf(count),
            "--output",
            rows.toString(),
            "--quiet");
    assertEquals(0, run.status(), run.err());
    compare(rows, computed, count, 3 * side * side, tolerance);
  }

  private static void writePixels(Path set, int count, ImageOptions options, Path file)
      throws IOException {
    Configuration conf = new Configuration();
    try (CloseableIterator<Outcome> outcomes =
            ImageSet.load(ImageSet.list(set.toString(), count, conf).refs(), options, conf);
        OutputStream out = Files.newOutputStream(file)) {
      while (outcomes.hasNext()) {
        out.write(((DecodedImage) outcomes.next()).pixels());
      }
    }
  }

  /** Logits within 1e-5 of the largest, pullbacks within the tolerance of their norm. */
  private static void compare(Path rows, Path computed, int count, int size, double tolerance)
      throws Exception {
    FloatBuffer floats =
        ByteBuffer.wrap(Files.readAllBytes(computed))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    int pullbacks = 2 * count * 2 * size;
    int classes = (floats.remaining() - pullbacks) / count;
    double worst = 0;
    double worstLogit = 0;
    try (DuckDb duckDb = new DuckDb()) {
      List<String> found =
          duckDb.rows(
              "select ordinal, target, temperature, logit, pullback from '"
                  + rows
                  + "/pullbacks/*.parquet'");
      assertEquals(count * 2 * 2, found.size());
      for (int i = 0; i < found.size(); i++) {
        String[] row = found.get(i).split("\\|", -1);
        int n = i / 4;
        int k = i / 2 % 2;
        int m = i % 2;
        assertEquals(String.valueOf(n), row[0]);
        assertEquals(m == 0 ? "0.3" : "0.15", row[2]);
        double largest = 0;
        for (int c = 0; c < classes; c++) {
          largest = Math.max(largest, Math.abs(floats.get(n * classes + c)));
        }
        double logit = floats.get(n * classes + Integer.parseInt(row[1]));
        worstLogit = Math.max(worstLogit, Math.abs(logit - Double.parseDouble(row[3])) / largest);
        String[] values = row[4].replaceAll("[\\[\\] ]", "").split(",", -1);
        assertEquals(size, values.length);
        int at = count * classes + ((m * count + n) * 2 + k) * size;
        double difference = 0;
        double norm = 0;
        for (int j = 0; j < size; j++) {
          double expected = floats.get(at + j);
          difference += Math.pow(expected - Double.parseDouble(values[j]), 2);
          norm += expected * expected;
        }
        worst = Math.max(worst, Math.sqrt(difference / norm));
      }
    }
    System.out.printf("PyTorch: pullbacks within %.1e, logits %.1e%n", worst, worstLogit);
    assertTrue(worst <= tolerance, "pullbacks differ by " + worst);
    assertTrue(worstLogit <= 1e-5, "logits differ by " + worstLogit);
  }
}
