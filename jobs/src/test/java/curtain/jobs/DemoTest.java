package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.demo.DemoImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's own steps, and all of it with few images. */
class DemoTest {
  @TempDir Path dir;

  private static Run data(Path output, String... more) {
    return Run.curtain(
        Stream.concat(
                Stream.of("demo", "data", "--train", "4", "--held-out", "1", "--output"),
                Stream.concat(Stream.of(output.toString()), Stream.of(more)))
            .toArray(String[]::new));
  }

  @Test
  void dataAreKeptUnlessAskedOtherwise() throws Exception {
    Path output = dir.resolve("data");
    Run run = data(output);
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().startsWith("curtain demo data: 70 images are in " + output), run.err());
    Path image = output.resolve("held-out/star/0000.png");
    byte[] drawn = Files.readAllBytes(image);

    Run refused = data(output);
    assertEquals(1, refused.status());
    assertEquals(
        "curtain: --output %s exists; give --resume to go on with it or --overwrite to replace it%n"
            .formatted(output),
        refused.err());
    assertEquals(
        "curtain demo data: %s is whole; there is nothing to do%n".formatted(output),
        data(output, "--resume").err());
    assertEquals(
        "curtain: --resume: %s was made with other settings: --seed was 314, is 5; give the same, or --overwrite to begin again%n"
            .formatted(output),
        data(output, "--resume", "--seed", "5").err());
    assertEquals(0, data(output, "--overwrite", "--seed", "5", "--quiet").status());
    assertFalse(java.util.Arrays.equals(drawn, Files.readAllBytes(image)));

    // A run that stopped is begun again.
    Files.delete(output.resolve("_SUCCESS"));
    Files.delete(output.resolve("_provenance.json"));
    Files.createDirectories(output.resolve("_incomplete"));
    Files.delete(image);
    Run notWhole = data(output);
    assertEquals(1, notWhole.status());
    assertEquals(0, data(output, "--resume").status());
    assertArrayEquals(drawn, Files.readAllBytes(image));
    assertFalse(Files.exists(output.resolve("_incomplete")));
  }

  @Test
  void nothingOfOthersIsDeleted() throws Exception {
    Path mine = Files.writeString(dir.resolve("mine.txt"), "mine");
    Run run = data(dir, "--overwrite");
    assertEquals(1, run.status());
    assertEquals(
        "curtain: --output %s holds mine.txt, which curtain demo data did not make; choose another directory%n"
            .formatted(dir),
        run.err());
    assertEquals("mine", Files.readString(mine));
    assertEquals(
        "curtain: --output %s is a file; choose a directory%n".formatted(mine),
        data(mine, "--overwrite").err());
    Path output = dir.resolve("data");
    assertEquals(0, data(output).status());
    for (String name : List.of("notes.txt", ".notes", "_notes")) {
      Path notes = Files.writeString(output.resolve(name), "mine");
      String refused = data(output, "--overwrite").err();
      assertTrue(refused.contains("holds " + name + ", which curtain demo data"), refused);
      Files.delete(notes);
    }
  }

  @Test
  void trainingSaysWhatIsMissing() {
    Path output = dir.resolve("data");
    assertEquals(0, data(output).status());
    String[] train = {
      "demo",
      "train",
      "--images",
      output + "/train",
      "--held-out",
      output + "/held-out",
      "--labels",
      output + "/" + DemoImages.CLASSES,
      "--output",
      dir.resolve("checkpoints").toString(),
      "--batch-size",
      "64"
    };
    Run few = Run.curtain(train);
    assertEquals(1, few.status());
    assertEquals(
        "curtain: --images %s/train has 40 images, fewer than --batch-size 64%n".formatted(output),
        few.err());
    train[5] = output + "/nowhere";
    assertEquals(
        "curtain: --held-out %s/nowhere does not exist%n".formatted(output),
        Run.curtain(train).err());
    train[3] = output + "/nowhere";
    assertEquals(
        "curtain: --images %s/nowhere does not exist%n".formatted(output),
        Run.curtain(train).err());
  }

  @Test
  void allOfItRunsAndGoesOnWhereItWas() throws Exception {
    SmallDemo demo = SmallDemo.get();
    Path output = demo.output();
    Run run = demo.run();
    assertEquals(0, run.status(), run.err());
    assertTrue(
        run.err().strip().endsWith("; open the page " + output.resolve("report.html")), run.err());
    List<String> commands = run.err().lines().filter(line -> line.startsWith("$ ")).toList();
    assertEquals(17, commands.size(), run.err());
    assertTrue(
        commands.get(1).contains("--labels '" + output + "/data/classes.tsv' --steps 6 --output"),
        commands.get(1));
    for (String made :
        List.of(
            "data",
            "checkpoints",
            "calibration",
            "pullbacks",
            "pullbacks-figures",
            "calibration-figures",
            "measures",
            "measures-figures",
            "ascents",
            "ascents-figures",
            "gram",
            "gram-figures",
            "kernel",
            "kernel-figures",
            "stability",
            "stability-figures")) {
      assertTrue(Files.exists(output.resolve(made).resolve("_SUCCESS")), made + " is not whole");
    }
    List<String> training = Files.readAllLines(output.resolve("checkpoints/_training.csv"));
    assertEquals("step,loss,accuracy", training.get(0));
    assertTrue(training.get(training.size() - 1).startsWith("6,"), training.toString());

    // A figure's input, and so the figure, is lost.
    Files.delete(output.resolve("gram-figures/_SUCCESS"));
    Run again = demo.again();
    assertEquals(0, again.status(), again.err());
    assertFalse(again.err().contains("$ ./curtain report"), again.err());
    assertEquals(
        8,
        again.err().lines().filter(line -> line.contains("there is nothing to do")).count(),
        again.err());
    assertEquals(
        List.of("gram-figures"),
        again
            .err()
            .lines()
            .filter(line -> line.startsWith("$ ./curtain figures"))
            .map(line -> line.replaceAll(".*/|' .*", ""))
            .toList());

    // Other settings are refused by the first step that has them.
    List<String> longer = new ArrayList<>(demo.arguments());
    longer.set(longer.indexOf("--steps") + 1, "7");
    Run other = Run.curtain(longer.toArray(String[]::new));
    assertEquals(1, other.status());
    assertTrue(
        other
            .err()
            .endsWith(
                "curtain: --output %s was made with steps 6, not 7; give --overwrite to replace it%n"
                    .formatted(output.resolve("checkpoints"))),
        other.err());
  }
}
