package curtain.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A rehearsal of the commands on a few of the demo's images. The launcher runs it once after a
 * build, has Java keep the classes that were loaded in a file, and gives later starts this file.
 */
final class Rehearsal {
  private static final String NETWORK =
      " --labels @/data/classes.tsv --model demo_cnn --weights @/weights/step00000.safetensors";

  /** The steps; {@code @} stands for the folder. */
  private static final List<String> STEPS =
      List.of(
          "--help",
          "pullbacks --help",
          "demo data --train 1 --held-out 1 --gallery 1 --output @/data",
          "demo train --images @/data/train --held-out @/data/held-out"
              + " --labels @/data/classes.tsv --steps 1 --checkpoints 2 --batch-size 8"
              + " --output @/weights",
          "calibrate --images @/data/gallery" + NETWORK + " --output @/calibrate",
          "pullbacks --images @/data/gallery"
              + NETWORK
              + " --calibration @/calibrate --temperature 0.5 --temperature-unit layer-std"
              + " --targets top:2 --with-gradient --output @/pullbacks",
          "figures --input @/pullbacks --output @/figures",
          "gram --images @/data/gallery" + NETWORK + " --gate hard --output @/gram",
          "report --input @/pullbacks --input @/gram --output @/report.html");

  private Rehearsal() {}

  /**
   * Runs the steps, and exits with the status of the first that fails, or 0.
   *
   * @param arguments a folder for what they write
   * @throws IOException where no folder takes native libraries
   */
  public static void main(String[] arguments) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
    PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
    Path folder = Path.of(arguments[0]);
    Main.prepare();
    System.exit(
        STEPS.stream()
            .mapToInt(step -> Main.run(out, err, words(step, folder)))
            .filter(status -> status != 0)
            .findFirst()
            .orElse(0));
  }

  private static String[] words(String step, Path folder) {
    return Stream.of(step.split(" "))
        .map(word -> word.startsWith("@/") ? folder.resolve(word.substring(2)).toString() : word)
        .toArray(String[]::new);
  }
}
