package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.DevkitMeta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class MatFileTest {
  @Test
  void fieldsOfStructsAreRead() throws IOException {
    List<Map<String, Object>> structs =
        MatFile.structs(DevkitMeta.bytes(List.of("n02119789", "n02100735")));
    assertEquals(
        List.of(
            Map.of("ILSVRC2012_ID", 1.0, "WNID", "n02119789"),
            Map.of("ILSVRC2012_ID", 2.0, "WNID", "n02100735")),
        structs);
  }

  @Test
  void whatIsNoMatlabFileIsRefused() {
    assertThrows(IOException.class, () -> MatFile.structs(new byte[0]));
    assertThrows(IOException.class, () -> MatFile.structs(new byte[4096]));
  }

  /** Every other file ends in what could be read, or in an error of one line, and soon. */
  @Test
  void damagedFilesAreErrors() throws IOException {
    byte[] whole = DevkitMeta.bytes(List.of("n02119789", "n02100735", "n02096294"));
    byte[] plain = inflated(whole);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = (i % 2 == 0 ? whole : plain).clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        bytes[128 + random.nextInt(bytes.length - 128)] = (byte) random.nextInt(256);
      }
      if (i % 5 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      try {
        MatFile.structs(bytes);
      } catch (IOException e) {
        refused++;
        assertTrue(e.getMessage() != null, "says why");
      }
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  /** More zeros than are inflated, in few bytes. */
  @Test
  void aBombIsRefused() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < (MatFile.MOST >> 20) + 1; i++) {
        out.write(zeros);
      }
    }
    byte[] header = Arrays.copyOf(DevkitMeta.bytes(List.of("n02119789")), 128);
    ByteBuffer file = ByteBuffer.allocate(136 + packed.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.put(header).putInt(15).putInt(packed.size()).put(packed.toByteArray());
    IOException e = assertThrows(IOException.class, () -> MatFile.structs(file.array()));
    assertTrue(e.getMessage().contains("more than"), e.getMessage());
  }

  /** The same file as version 6 writes it, without compression. */
  private static byte[] inflated(byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, 128);
    try (OutputStream plain = new InflaterOutputStream(out)) {
      plain.write(file, 136, file.length - 136);
    }
    return out.toByteArray();
  }
}
