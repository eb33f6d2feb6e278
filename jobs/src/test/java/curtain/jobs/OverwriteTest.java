package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import curtain.jobs.fixtures.WeightsFile;
import curtain.jobs.kernel.KernelOutputs;
import curtain.jobs.task.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --overwrite} with an input that is not there, wrong or damaged: the old output stays. */
@Tag("engine")
class OverwriteTest {
  @TempDir static Path dir;

  @BeforeAll
  static void prepare() throws IOException {
    Run run =
        Run.curtain(
            "demo",
            "data",
            "--train",
            "4",
            "--held-out",
            "1",
            "--gallery",
            "1",
            "--output",
            dir.resolve("data").toString());
    assertEquals(0, run.status(), run.err());
    WeightsFile.demoCnn(dir.resolve("net.safetensors"), 1);
    Path checkpoints = Files.createDirectories(dir.resolve("checkpoints"));
    WeightsFile.demoCnn(checkpoints.resolve("step1.safetensors"), 1);
    WeightsFile.demoCnn(checkpoints.resolve("step2.safetensors"), 2);
    Path half = Files.createDirectories(dir.resolve("half"));
    WeightsFile.demoCnn(half.resolve("step1.safetensors"), 1);
    Files.writeString(half.resolve("step2.safetensors"), "no weights");
    Files.writeString(dir.resolve("text"), "neither weights nor a table nor an image");
    Path images = Files.createDirectories(dir.resolve("bad/star"));
    Files.writeString(images.resolve("0.png"), "no image");
    KernelOutputs.gram(
        dir.resolve("tiles"),
        KernelOutputs.of(List.of(0, 1, 2, 0), 4),
        null,
        128,
        List.of("pixel"),
        KernelOutputs.settings("x", "none", "tiles"));
    KernelOutputs.finish(
        dir.resolve("reduced"), "gram", KernelOutputs.settings("x", "none", "top:2"), 4);
    KernelOutputs.finish(dir.resolve("empty"), "measures", Map.of(), 4);
  }

  /** Every file with its content. */
  private static Map<String, String> content(Path output) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(output.relativize(file).toString(), Sha256.of(file));
      }
    }
    return content;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ingest | --images @/nowhere | --images",
        "ingest | --images @/data/gallery --transform square5 | --transform",
        "pullbacks | IMAGES=@/nowhere NET | --images",
        "pullbacks | IMAGES --model demo_cnn --weights @/nowhere | --weights",
        "pullbacks | IMAGES --model demo_cnn --weights @/text | @/text",
        "pullbacks | IMAGES --model cifar_resnet20 --weights @/net.safetensors | @/net.safetensors",
        "pullbacks | IMAGES NET --targets cat,nosuch | --targets",
        "pullbacks | IMAGES NET --neuron nosuch:1 | --neuron",
        "pullbacks | IMAGES NET --temperature 0 | --temperature",
        "pullbacks | IMAGES NET --temperature-unit layer-std --calibration @/nowhere | --calibration",
        "pullbacks | IMAGES NET --temperature-unit layer-std --calibration @/tiles | --calibration",
        "calibrate | IMAGES --model demo_cnn --weights @/text | @/text",
        "calibrate | IMAGES NET --labels @/nowhere | @/nowhere",
        "ascend | IMAGES NET --alpha -1 | --alpha",
        "ascend | IMAGES NET --neuron relu1:999 | --neuron",
        "measures | IMAGES NET --masks @/nowhere | masks @/nowhere is",
        "measures | IMAGES NET --measures nosuch | --measures",
        "stability | IMAGES --model demo_cnn --checkpoints @/nowhere | --checkpoints",
        "stability | IMAGES --model demo_cnn --checkpoints @/half | step2.safetensors",
        "stability | IMAGES --model demo_cnn --checkpoints @/checkpoints --gates-from nosuch | --gates-from",
        "stability | IMAGES --model demo_cnn --checkpoints @/checkpoints --targets label,nosuch | --targets",
        "stability | --merge @/nowhere @/tiles | --merge",
        "stability | --merge @/tiles @/tiles | --merge",
        "gram | IMAGES NET --columns @/nowhere | --columns",
        "gram | IMAGES NET --keep none --vectors @/nowhere | --vectors",
        "gram | IMAGES NET --keep none --vectors @/text | --vectors",
        "gram | IMAGES NET --batch-size 0 | --batch-size",
        "kernel | --input @/nowhere | --input",
        "kernel | --input @/reduced | --keep tiles",
        "kernel | --input @/tiles --kernel layer:99 | --kernel layer:99",
        "figures | --input @/nowhere | --input",
        "figures | --input @/empty | --input",
        "figures | --input @/tiles --labels @/nowhere | @/nowhere",
        "demo train | TRAIN --images @/nowhere | --images",
        "demo train | TRAIN --images @/bad --batch-size 1 | star/0.png",
        "demo train | TRAIN --images @/data/train --batch-size 1000 | --batch-size 1000",
        "demo data | --train 0 | --train"
      })
  void whatWasThereStays(String command, String options, String named) throws Exception {
    Path output = dir.resolve("output");
    if (Files.exists(output)) {
      SmallDemo.delete(output);
    }
    KernelOutputs.finish(output, command, Map.of(), 1);
    Map<String, String> before = content(output);
    String labels = " --labels @/data/classes.tsv";
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(
        Arrays.stream(
                options
                    .replace("IMAGES=", "--images ")
                    .replace(
                        "IMAGES",
                        "--images @/data/gallery" + (options.contains("--labels") ? "" : labels))
                    .replace("NET", "--model demo_cnn --weights @/net.safetensors")
                    .replace("TRAIN", "--held-out @/data/held-out" + labels)
                    .split(" "))
            .map(word -> word.replace("@", dir.toString()))
            .toList());
    arguments.addAll(List.of("--output", output.toString(), "--overwrite", "--quiet"));
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertNotEquals(0, run.status(), arguments.toString());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(named.replace("@", dir.toString())), run.err());
    assertEquals(before, content(output));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ingest | --transform none | 1 images could not be used",
        "pullbacks | --model demo_cnn --weights @/net.safetensors | 1 images could not be used",
        "calibrate | --model demo_cnn --weights @/net.safetensors | 1 images could not be used",
        "gram | --model demo_cnn --weights @/net.safetensors | 1 images could not be used"
      })
  void whatWasThereStaysWhereARunFailsInTheMiddle(String command, String options, String named)
      throws Exception {
    Path output = dir.resolve("middle-" + command);
    KernelOutputs.finish(output, command, Map.of(), 1);
    Map<String, String> before = content(output);
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of(options.replace("@", dir.toString()).split(" ")));
    arguments.addAll(List.of("--images", dir.resolve("bad").toString()));
    arguments.addAll(List.of("--labels", dir.resolve("data/classes.tsv").toString()));
    arguments.addAll(List.of("--max-errors", "0"));
    arguments.addAll(List.of("--output", output.toString(), "--overwrite", "--quiet"));
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().contains(named), run.err());
    Map<String, String> after = content(output);
    assertTrue(after.keySet().removeIf(name -> name.startsWith("_incomplete/")));
    assertEquals(before, after);
  }
}
