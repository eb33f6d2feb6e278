package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every tensor equals, bit for bit, what PyTorch reads from the same file. */
@Tag("reference")
final class PyTorchAgreementTest {
  @TempDir Path scratch;

  @Test
  void readsRealFilesAsPyTorchDoes() throws Exception {
    List<Path> files = WeightsFiles.real();
    assumeFalse(files.isEmpty(), "no shared weights: set -Dcurtain.shared");
    assumeTrue(PyTorch.present(), PyTorch.ABSENT);
    compare(files);
  }

  @Test
  void readsEveryKindOfCheckpointAsPyTorchDoes() throws Exception {
    assumeTrue(PyTorch.present(), PyTorch.ABSENT);
    Path directory = Files.createDirectory(scratch.resolve("checkpoints"));
    PyTorch.run(scratch, "write_checkpoints.py", List.of(directory.toString()));
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.sorted().toList();
      assertTrue(all.size() >= 40, all.toString());
      compare(all);
    }
  }

  @Test
  void sharesTheValuesOfTiedWeights() throws Exception {
    assumeTrue(PyTorch.present(), PyTorch.ABSENT);
    PyTorch.run(scratch, "write_checkpoints.py", List.of(scratch.toString()));
    Map<String, Tensor> views = StateDictFile.read(scratch.resolve("views.zip2.pth")).tensors();
    assertTrue(views.get("tied").values() == views.get("tied_again").values());
  }

  private void compare(List<Path> files) throws Exception {
    List<String> expected =
        PyTorch.run(scratch, "dump_state_dict.py", files.stream().map(Path::toString).toList());
    List<String> actual = new ArrayList<>();
    for (Path file : files) {
      for (Map.Entry<String, Tensor> entry : StateDictFile.read(file).tensors().entrySet()) {
        actual.add(line(file, entry.getKey(), entry.getValue()));
      }
    }
    assertTrue(actual.size() > files.size());
    assertEquals(String.join("\n", expected), String.join("\n", actual));
  }

  private static String line(Path file, String name, Tensor tensor)
      throws IOException, GeneralSecurityException {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
    return String.join(
        "\t",
        file.getFileName().toString(),
        name,
        tensor.dtype(),
        Arrays.toString(tensor.shape()),
        HexFormat.of().formatHex(hash));
  }
}
