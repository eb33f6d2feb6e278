package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.jobs.command.ImageArguments;
import curtain.jobs.task.LocalFile;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Paths without a scheme where the cluster's default file system is not this machine's. */
@Tag("fast")
final class DefaultFileSystemTest {
  @Test
  void whatIsMissingIsNamedWithItsFileSystem() {
    Configuration conf = new Configuration();
    conf.setClass("fs.far.impl", FarFileSystem.class, RawLocalFileSystem.class);
    conf.set("fs.defaultFS", "far:///");
    assertEquals(
        "--weights far:/no/where.pth does not exist",
        assertThrows(IOException.class, () -> LocalFile.of("--weights", "/no/where.pth", conf))
            .getMessage());
    assertEquals(
        "--images far:/no/where does not exist",
        assertThrows(
                IOException.class,
                () -> ImageArguments.listed("--images", "/no/where", Long.MAX_VALUE, conf))
            .getMessage());
  }

  /** The local file system under another name. */
  static final class FarFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("far:///");
    }
  }
}
