package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files cut at many places and with bytes changed: read, or refused in one line, and nothing else.
 */
@Timeout(300)
@Tag("engine")
final class DamagedFilesTest {
  private static final long SEED = 314;
  private static final int[] TELLING = {0, 1, 0x7f, 0x80, 0xff};

  @TempDir Path scratch;
  private int count;

  @Test
  void small() throws IOException {
    byte[] pickle = PickleWriter.oneTensor(4, 2, 2);
    byte[] data = WeightsFiles.floats(1, 2, 3, 4);
    List<byte[]> files =
        List.of(
            ZipWriter.checkpoint(pickle, data),
            new ZipWriter(true).stored("a/data.pkl", pickle).stored("a/data/0", data).end(),
            new ZipWriter().deflated("a/data.pkl", pickle).deflated("a/data/0", data).end(),
            legacy(pickle, data),
            WeightsFiles.safetensors(
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", data));
    for (byte[] file : files) {
      assertTrue(reads(file));
      for (int length = 0; length < file.length; length++) {
        assertTrue(!reads(Arrays.copyOf(file, length)), "cut at byte " + length);
      }
      for (int at = 0; at < file.length; at++) {
        for (int value : TELLING) {
          byte[] changed = file.clone();
          changed[at] = (byte) value;
          reads(changed);
        }
        for (int bit = 0; bit < 8; bit += 3) {
          byte[] changed = file.clone();
          changed[at] ^= (byte) (1 << bit);
          reads(changed);
        }
      }
      mutate(file, file.length, 1000);
    }
  }

  /**
   * Changes where the structure is: in the first and last bytes, which hold pickle and directory.
   */
  @Test
  void real() throws IOException {
    List<Path> paths =
        WeightsFiles.real().stream().filter(path -> size(path) < 1 << 21).limit(2).toList();
    assumeFalse(paths.isEmpty(), "no shared weights: set -Dcurtain.shared");
    for (Path path : paths) {
      byte[] file = Files.readAllBytes(path);
      for (int length = 0; length < file.length; length += 1 + file.length / 300) {
        assertTrue(!reads(Arrays.copyOf(file, length)), path + " cut at byte " + length);
      }
      mutate(file, 20_000, 600);
    }
  }

  /** Every kind of checkpoint that the comparison with PyTorch reads. */
  @Test
  void everyKind() throws Exception {
    assumeTrue(PyTorch.present(), PyTorch.ABSENT);
    Path directory = Files.createDirectory(scratch.resolve("kinds"));
    PyTorch.run(scratch, "write_checkpoints.py", List.of(directory.toString()));
    List<Path> paths;
    try (Stream<Path> all = Files.list(directory)) {
      paths = all.filter(path -> size(path) < 100_000).sorted().toList();
    }
    assertFalse(paths.isEmpty(), "no checkpoint was written");
    for (Path path : paths) {
      byte[] file = Files.readAllBytes(path);
      for (int length = 0; length < file.length; length += 1 + file.length / 40) {
        reads(Arrays.copyOf(file, length));
      }
      mutate(file, file.length, 100);
    }
  }

  private void mutate(byte[] file, int ends, int times) throws IOException {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < times; i++) {
      byte[] changed = file.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int at = random.nextInt(Math.min(ends, file.length));
        at = random.nextBoolean() ? at : file.length - 1 - at;
        switch (random.nextInt(3)) {
          case 0 -> changed[at] = (byte) random.nextInt(256);
          case 1 -> changed[at] = (byte) TELLING[random.nextInt(TELLING.length)];
          default -> { // a run of bytes from elsewhere
            int length = Math.min(random.nextInt(12), file.length - at);
            int from = random.nextInt(Math.min(ends, file.length - length));
            System.arraycopy(file, from, changed, at, length);
          }
        }
      }
      if (!reads(changed)) {
        refused++;
      }
    }
    assertTrue(refused > times / 20, "the changes hit nothing that matters");
  }

  /** Whether it can be read; fails on any exception but one WeightsException of one line. */
  private boolean reads(byte[] file) throws IOException {
    // A new file each time: some file systems write a truncated one through to the disk.
    Path path = Files.write(scratch.resolve("damaged" + count++ + ".pth"), file);
    try {
      for (Tensor tensor : StateDictFile.read(path).tensors().values()) {
        assertEquals(
            Arrays.stream(tensor.shape()).asLongStream().reduce(1, (a, b) -> a * b),
            tensor.values().length);
      }
      return true;
    } catch (WeightsException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
      return false;
    } finally {
      Files.delete(path);
    }
  }

  private static byte[] legacy(byte[] pickle, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        PickleWriter.protocol2().integer(new BigInteger("1950a86a20f9469cfc6c", 16)).end());
    out.writeBytes(PickleWriter.protocol2().integer(1001).end());
    out.writeBytes(PickleWriter.protocol2().raw('}').end());
    out.writeBytes(pickle);
    out.writeBytes(PickleWriter.protocol2().raw(']').text("0").raw('a').end());
    out.writeBytes(new byte[] {4, 0, 0, 0, 0, 0, 0, 0});
    out.writeBytes(data);
    return out.toByteArray();
  }

  private static long size(Path path) {
    return path.toFile().length();
  }
}
