package curtain.jobs.gram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates in files. */
@Tag("fast")
class GateStoreTest {
  @Test
  void anImageThatWasLeftOutIsNotHeld(@TempDir Path dir) throws Exception {
    Configuration conf = new Configuration();
    GateStore store = new GateStore(dir.toUri().toString(), 3);
    try (GateStore.Writer writer = store.writer(5, conf)) {
      writer.write(5, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      writer.write(7, ByteBuffer.wrap(new byte[] {4}), ByteBuffer.wrap(new byte[] {5, 6}));
      writer.commit();
    }
    try (GateStore.Reader reader = store.reader(conf)) {
      assertTrue(reader.holds(5));
      assertFalse(reader.holds(6), "left out");
      assertTrue(reader.holds(7));
      assertFalse(reader.holds(8), "beyond the last");
      assertFalse(reader.holds(4), "before the first");
      assertArrayEquals(new byte[] {4, 5, 6}, reader.read(7).array());
    }
  }
}
