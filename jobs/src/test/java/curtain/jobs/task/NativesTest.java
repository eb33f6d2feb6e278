package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where driver and executors look for a libtorch. */
@Tag("fast")
final class NativesTest {
  @TempDir Path dir;

  @Test
  void anArchivesFolderIsFoundWhereSparkUnpacksIt() throws IOException {
    Path unpacked = Files.createDirectories(dir.resolve("files/natives/libtorch"));
    Path started = Files.createDirectories(dir.resolve("started/here"));
    List<Path> roots = List.of(dir.resolve("files"), dir.resolve("started"));
    assertEquals(unpacked, Natives.find("natives/libtorch", roots));
    assertEquals(started, Natives.find("here", roots));
    assertEquals(started, Natives.find(started.toString(), roots));
    assertEquals(
        "--natives absent/lib is no folder on this executor; give spark-submit --archives"
            + " FILE#absent, or a full path that is the same on every node",
        refused("absent/lib", roots));
    assertEquals(
        "--natives /absent is no folder on this executor; put the libtorch there on every node",
        refused("/absent", roots));
  }

  private static String refused(String given, List<Path> roots) {
    return assertThrows(IllegalArgumentException.class, () -> Natives.find(given, roots))
        .getMessage();
  }

  /** A driver whose tasks run elsewhere may lack it. */
  @Test
  void executorsLearnOfItThroughSparksSettings() {
    SparkConf conf = new SparkConf(false);
    Natives.onDriver("natives/absent", conf, false);
    assertEquals("natives/absent", conf.get(Natives.SETTING));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Natives.onDriver("natives/absent", new SparkConf(false), true))
            .getMessage();
    assertTrue(message.startsWith("--natives natives/absent is no folder; give"), message);
    SparkConf none = new SparkConf(false);
    Natives.onDriver(null, none, true);
    assertTrue(!none.contains(Natives.SETTING), "the environment is each process's own");
  }
}
