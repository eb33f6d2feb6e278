package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ends a process: the program returns from its main method where a command is done, and
 * nothing of it, of Spark or of the engine may keep the process alive then.
 */
@Tag("engine")
final class EndingIT {
  private static final String NETWORK =
      " --labels data/classes.tsv --model demo_cnn --weights weights/step00000.safetensors";

  @TempDir Path folder;

  @Test
  void noThreadOutlivesACommand() throws Exception {
    String[] commands =
        Stream.of(
                "--help",
                "demo data --train 1 --held-out 1 --gallery 1 --output data",
                "demo train --images data/train --held-out data/held-out"
                    + " --labels data/classes.tsv --steps 1 --checkpoints 2 --batch-size 8"
                    + " --output weights",
                "check --images data/gallery" + NETWORK,
                "ingest --images data/gallery --output ingest",
                "pullbacks --images data/gallery" + NETWORK + " --output pullbacks",
                "pullbacks --images data/gallery" + NETWORK + " --output pullbacks --resume",
                "stability --images data/gallery --labels data/classes.tsv --model demo_cnn"
                    + " --checkpoints weights --output stability",
                "gram --images data/gallery" + NETWORK + " --gate hard --output gram",
                "kernel --input gram --output kernel",
                "figures --input pullbacks --output figures",
                "report --input pullbacks --output report.html",
                "export --model demo_cnn --weights weights/step00000.safetensors"
                    + " --output exported.pt")
            .map(command -> command.replace(' ', '\t'))
            .toArray(String[]::new);
    Finished done = Installation.program(folder, Ending.class, commands).expect(0);
    String last = done.out().lines().reduce("", (before, line) -> line);
    assertEquals("threads: []", last, done.err());
  }
}
