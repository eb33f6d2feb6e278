package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What tests of weights share: files made in memory, and the real ones. */
final class WeightsFiles {
  private WeightsFiles() {}

  /** Writes a file and reads it. */
  static StateDict read(Path directory, byte[] content) throws IOException {
    return StateDictFile.read(Files.write(directory.resolve("weights.pth"), content));
  }

  /** Reads bad content; its message must be one line, name the file and say this. */
  static String refuse(Path directory, byte[] content, String expected) {
    WeightsException e = assertThrows(WeightsException.class, () -> read(directory, content));
    assertTrue(e.getMessage().contains("weights.pth: "), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Joins a safetensors header, its length in front, and the data behind it. */
  static byte[] safetensors(String header, byte[] data) {
    byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + utf8.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(utf8.length)
        .put(utf8)
        .put(data)
        .array();
  }

  /** The weights and checkpoints in shared data, or none where there is no such directory. */
  static List<Path> real() throws IOException {
    Path root = Path.of(System.getProperty("curtain.shared", sharedBesideRepository()));
    Path data = root.resolve("data");
    if (!Files.isDirectory(data)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(data, 3)) {
      return files
          .filter(file -> file.toString().endsWith(".th") || file.toString().endsWith(".pth"))
          .sorted()
          .toList();
    }
  }

  /** Tests run in the module's directory, and shared data lie beside the repository. */
  private static String sharedBesideRepository() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory.getParent() != null && !Files.isDirectory(directory.resolve("conf"))) {
      directory = directory.getParent();
    }
    return directory.resolveSibling("shared").toString();
  }
}
