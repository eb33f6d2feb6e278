package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk, which {@code SurroundingsTest} has in earnest where it may mount one. */
@Tag("fast")
class FullDiskTest {
  private static IOException written() {
    return new IOException("No space left on device");
  }

  @Test
  void theDiskIsNamedWithWhatIsLeft(@TempDir Path dir) {
    FullDisk full = FullDisk.of(new UncheckedIOException(written()), "file://" + dir);
    String text = full.getMessage();
    assertTrue(text.startsWith("no space is left on the disk of /"), text);
    assertTrue(text.matches(".* \\([\\d.]+ \\w+ of [\\d.]+ \\w+ left\\); free some, .*"), text);
    assertTrue(text.contains("--output, and for temporary files"), text);
    assertSame(full, FullDisk.of(new IOException("task failed", full), null));
  }

  @Test
  void theFileThatJavaNamesIsTold(@TempDir Path dir) {
    Path file = dir.resolve("a/b");
    FileSystemException e =
        new FileSystemException(file.toString(), null, "No space left on device");
    String text = FullDisk.of(e, null).getMessage();
    assertTrue(text.startsWith("no space is left on the disk of " + file + " ("), text);
    assertFalse(text.contains("--output"), text);
  }

  @Test
  void aStoreElsewhereIsTheOutputsAndHasNoRoomToTell() {
    FullDisk full = FullDisk.of(written(), "hdfs://nn/out");
    assertTrue(full.isOutputs());
    assertTrue(full.getMessage().startsWith("no space is left on the disk of hdfs://nn/out; free"));
    String quota = FullDisk.of(new IOException("Disk quota exceeded"), null).getMessage();
    assertTrue(quota.startsWith("the quota is used up on the disk of "), quota);
    assertFalse(quota.contains(" left)"), quota);
  }

  @Test
  void otherFailuresAreNotOfIt() {
    assertNull(FullDisk.of(new IOException("disk on fire"), "/out"));
    assertTrue(FullDisk.of(new IOException("File too large"), "/").getMessage().contains("ulimit"));
  }

  @Test
  void sizesAreInTheLargestUnit() {
    assertEquals("0 bytes", FullDisk.size(0));
    assertEquals("1023 bytes", FullDisk.size(1023));
    assertEquals("1.5 KiB", FullDisk.size(1536));
    assertEquals("300 MiB", FullDisk.size(300L << 20));
    assertEquals("2.0 TiB", FullDisk.size(2L << 40));
  }
}
