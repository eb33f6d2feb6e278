package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.fixtures.Sources;
import curtain.images.ArchiveScan;
import curtain.images.ImageSet;
import curtain.images.ThreadScan;
import curtain.images.parquet.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that tasks read: a set is the same, whoever lists it. */
@Tag("engine")
final class SparkScanTest {
  private static final int ARCHIVES = SparkScan.LEAST + 8;

  @TempDir Path dir;

  private static ImageSet list(Path set, ArchiveScan scan) throws IOException {
    return ImageSet.list(set.toString(), Long.MAX_VALUE, Columns.FOUND, scan, Sources.CONF);
  }

  @Test
  void tasksListWhatThreadsDo() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("set"));
    List<Map.Entry<String, byte[]>> inner = new ArrayList<>();
    for (int i = 0; i < ARCHIVES; i++) {
      String name = String.format(Locale.ROOT, "n%08d.tar", 7 * i * i);
      Path file = folder.resolve(name);
      Sources.tar(file, List.of(Map.entry(i + ".png", Sources.png(i))), i % 2 == 1);
      if (i % 2 == 0) {
        inner.add(0, Map.entry(name, Files.readAllBytes(file)));
        inner.add(Map.entry("m" + name, Files.readAllBytes(file)));
      }
    }
    Path outer = dir.resolve("outer.tar");
    Sources.tar(outer, inner, false);
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("test").set("spark.ui.enabled", "false");
    try (SparkScheduler scheduler = new SparkScheduler(conf)) {
      for (Path set : List.of(folder, outer)) {
        ImageSet here = list(set, ThreadScan.HERE);
        ImageSet there = list(set, scheduler.scan());
        assertEquals(here.refs(), there.refs());
        assertEquals(here.leftOut(), there.leftOut());
      }
      Path damaged = folder.resolve("n00000000.tar");
      Files.write(damaged, Arrays.copyOf(Files.readAllBytes(damaged), 700));
      String why =
          assertThrows(IOException.class, () -> list(folder, ThreadScan.HERE)).getMessage();
      assertEquals(
          why, assertThrows(IOException.class, () -> list(folder, scheduler.scan())).getMessage());
    }
  }
}
