package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are uploaded, and there when they are completed. */
@Tag("fast")
class UploadTest {
  /** Two parts and a half. */
  private static final int BYTES = 20 << 20;

  @TempDir Path dir;
  private FileSystem store;
  private org.apache.hadoop.fs.Path root;

  @BeforeEach
  void open() throws IOException {
    MortalFileSystem.liveFor(Integer.MAX_VALUE);
    Configuration conf = MortalFileSystem.configuration();
    root = new org.apache.hadoop.fs.Path("store:" + dir);
    store = Storage.of(root, conf);
  }

  private Uploaded upload(String name, byte[] bytes) throws IOException {
    Upload upload = new Upload(store, new org.apache.hadoop.fs.Path(root, name));
    try (upload) {
      upload.write(bytes[0]);
      assertEquals(1, upload.getPos());
      upload.write(bytes, 1, bytes.length - 1);
      assertEquals(bytes.length, upload.getPos());
    }
    return upload.uploaded();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aFileIsThereWhenItIsCompletedAndNotBefore() throws Exception {
    byte[] bytes = bytes(BYTES);
    Uploaded uploaded = upload("table/file", bytes);
    assertEquals(3, uploaded.parts().size());
    assertFalse(Files.exists(dir.resolve("table/file")));
    Map<String, Uploaded> files = Map.of("table/file", uploaded);
    Upload.complete(store, files, root);
    assertArrayEquals(bytes, Files.readAllBytes(dir.resolve("table/file")));
    Upload.complete(store, files, root); // the commit is repeated
    assertArrayEquals(bytes, Files.readAllBytes(dir.resolve("table/file")));
  }

  @Test
  void anUploadThatTheStoreHasForgottenIsAnError() throws Exception {
    Uploaded uploaded = upload("file", bytes(10));
    Upload.abandonAll(store, root);
    Files.write(dir.resolve("file"), bytes(9));
    String message =
        assertThrows(
                IOException.class, () -> Upload.complete(store, Map.of("file", uploaded), root))
            .getMessage();
    assertTrue(
        message.startsWith("the upload of store:" + dir + "/file is gone")
            && message.endsWith("; give --overwrite to begin again"),
        message);
  }

  @Test
  void whatIsAbandonedIsForgottenBelowADirectoryOnly() throws Exception {
    Uploaded other = upload("other/file", bytes(10));
    upload("out/file", bytes(10));
    Upload.abandonAll(store, new org.apache.hadoop.fs.Path(root, "out"));
    assertEquals(List.of(dir + "/other/file"), MortalFileSystem.pending(dir));
    Upload.complete(store, Map.of("other/file", other), root);
    assertTrue(Files.exists(dir.resolve("other/file")));
  }

  @Test
  void aBucketsRootIsRefusedAsAnOutput() throws Exception {
    org.apache.hadoop.fs.Path bucket = new org.apache.hadoop.fs.Path("store:/");
    String message =
        assertThrows(RunException.class, () -> ObjectStore.refuse(store, bucket)).getMessage();
    assertEquals("--output store:/ is a whole bucket; choose a directory in it", message);
    ObjectStore.refuse(store, root);
  }

  @Test
  void aStoreThatEndsUploadsByAgeIsRefused() throws Exception {
    store.getConf().setBoolean("fs.s3a.multipart.purge", true);
    try {
      String message =
          assertThrows(RunException.class, () -> ObjectStore.refuse(store, root)).getMessage();
      assertTrue(message.startsWith("fs.s3a.multipart.purge is set"), message);
    } finally {
      store.getConf().unset("fs.s3a.multipart.purge");
    }
  }
}
