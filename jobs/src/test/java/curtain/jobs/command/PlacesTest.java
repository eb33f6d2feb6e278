package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.shards.Mode;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of two places holds the other. */
@Tag("fast")
class PlacesTest {
  @TempDir Path dir;

  private final Configuration conf = new Configuration();

  @BeforeEach
  void links() throws IOException {
    Files.createDirectories(dir.resolve("out/images"));
    Files.createSymbolicLink(dir.resolve("current"), Path.of("out"));
    Files.createSymbolicLink(dir.resolve("outer"), dir);
  }

  private String place(String name) throws IOException {
    return Places.of(dir.resolve(name).toString(), conf);
  }

  private boolean within(String inner, String outer) throws IOException {
    return place(inner).startsWith(place(outer));
  }

  @Test
  void linksAreFollowedAsFarAsAPathExists() throws Exception {
    assertEquals(place("out"), place("current"));
    assertTrue(within("current/images", "out"));
    assertTrue(within("current/images/*.parquet", "out"));
    assertTrue(within("out/images", "outer/current"));
    assertTrue(within("outer/none/images", "none"));
    assertFalse(within("output", "out"));
    assertFalse(within("out", "current/images"));
    assertTrue(place("out").startsWith(Places.of("/", conf)));
    Path file = dir.resolve("current/../page.html");
    assertEquals(place("page.html"), Places.of(file));
  }

  @Test
  void onAnotherFileSystemAPathIsItsPlace() throws Exception {
    conf.setClass("fs.other.impl", Other.class, RawLocalFileSystem.class);
    assertEquals("other:" + dir + "/current/", Places.of("other:" + dir + "/current", conf));
  }

  /** A file system that is not the local one. */
  public static final class Other extends RawLocalFileSystem {
    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("other:///");
    }
  }

  @Test
  void anInputBehindALinkIsNotOverwritten() throws Exception {
    String images = dir.resolve("current").toString();
    String output = dir.resolve("out").toString();
    String message =
        assertThrows(
                RunException.class,
                () -> OutputArguments.open(output, Mode.OVERWRITE, "--images", images, conf))
            .getMessage();
    assertEquals(
        "--output " + output + " holds --images " + images + "; choose another directory", message);
  }
}
