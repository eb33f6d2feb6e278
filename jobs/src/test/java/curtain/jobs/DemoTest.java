package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.demo.DemoImages;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's own steps, and all of it with few images. */
@Tag("engine")
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
    String within = data(mine.resolve("data")).err();
    assertTrue(
        within.startsWith("curtain: --output " + mine + "/data cannot be written to: "), within);
    assertEquals(1, within.lines().count(), within);
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
  void trainingSaysWhatIsMissing() throws Exception {
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

    // What is there stays while the images cannot be read.
    train[11] = "8";
    List<String> trains = new ArrayList<>(List.of(train));
    trains.addAll(List.of("--steps", "1", "--checkpoints", "2"));
    Run trained = Run.curtain(trains.toArray(String[]::new));
    assertEquals(0, trained.status(), trained.err());
    Path last = dir.resolve("checkpoints/step00001.safetensors");
    byte[] kept = Files.readAllBytes(last);
    Path image = output.resolve("held-out/star/0000.png");
    byte[] drawn = Files.readAllBytes(image);
    Files.writeString(image, "no image");
    trains.addAll(List.of("--overwrite", "--seed", "5"));
    Run bad = Run.curtain(trains.toArray(String[]::new));
    assertEquals(1, bad.status());
    assertTrue(bad.err().contains("/held-out: star/0000.png: "), bad.err());
    assertArrayEquals(kept, Files.readAllBytes(last));
    assertTrue(Files.exists(dir.resolve("checkpoints/_SUCCESS")));
    Files.write(image, drawn);
    assertEquals(0, Run.curtain(trains.toArray(String[]::new)).status());
    assertFalse(java.util.Arrays.equals(kept, Files.readAllBytes(last)));

    train[5] = output + "/nowhere";
    assertEquals(
        "curtain: --held-out %s/nowhere does not exist (./curtain check shows what is found)%n"
            .formatted(output),
        Run.curtain(train).err());
    train[3] = output + "/nowhere";
    assertEquals(
        "curtain: --images %s/nowhere does not exist (./curtain check shows what is found)%n"
            .formatted(output),
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
        commands
            .get(1)
            .contains(
                "--labels '"
                    + output
                    + "/data/classes.tsv' --steps "
                    + SmallDemo.STEPS
                    + " --output"),
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
    assertTrue(
        training.get(training.size() - 1).startsWith(SmallDemo.STEPS + ","), training.toString());

    // Typed again, each command finds its output whole; the shell takes them as they are printed.
    for (String command : commands) {
      Run typed = Run.curtain(words(command));
      assertEquals(0, typed.status(), command + ": " + typed.err());
      assertTrue(typed.err().contains(" is whole; there is nothing to do"), typed.err());
    }

    // One set of figures is not whole, another shows what was made anew since, as does the page.
    Files.delete(output.resolve("gram-figures/_SUCCESS"));
    Path made = output.resolve("kernel/_provenance.json");
    String before = Files.readString(made);
    Files.delete(made.resolveSibling("._provenance.json.crc"));
    Files.writeString(made, before.replaceFirst("(\"end\" : \")\\d+", "$12999"));
    Run again = demo.again();
    assertEquals(0, again.status(), again.err());
    assertEquals(
        14,
        again.err().lines().filter(line -> line.contains("there is nothing to do")).count(),
        again.err());
    List<String> told = again.err().lines().filter(line -> line.startsWith("$ ")).toList();
    for (int i = 0; i < told.size(); i++) {
      boolean anew = told.get(i).contains("kernel-figures") || told.get(i).contains("report.html");
      assertEquals(
          anew ? commands.get(i).replace(" --resume", " --overwrite") : commands.get(i),
          told.get(i));
    }

    // Other settings are refused before anything runs.
    List<String> longer = new ArrayList<>(demo.arguments());
    longer.set(longer.indexOf("--steps") + 1, "7");
    longer.set(longer.indexOf("--train") + 1, "5");
    assertEquals(
        new Run(
            1,
            "",
            "curtain: --output "
                + output
                + " holds a demo with other settings: --train was 4, is 5; --steps was "
                + SmallDemo.STEPS
                + ", is 7; give the same, another --output, or --overwrite to replace it\n"),
        Run.curtain(longer.toArray(String[]::new)));
    longer.addAll(List.of("--resume", "--overwrite"));
    assertEquals(2, Run.curtain(longer.toArray(String[]::new)).status());
  }

  /** The words behind the program's name that a shell makes of a line. */
  private static String[] words(String line) throws Exception {
    Process shell =
        new ProcessBuilder(
                "sh", "-c", "printf '%s\\n' " + line.replaceFirst("^\\$ \\./curtain ", ""))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = shell.inputReader()) {
      return out.lines().toArray(String[]::new);
    }
  }
}
