package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people give for weights that is something else: one line, which says what it is. */
@Tag("fast")
final class ForeignFileTest {
  private static final String ZEROS = "\0".repeat(600);

  @TempDir Path scratch;

  @Test
  void textsSayWhatTheyAre() {
    refuse("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull");
    refuse("<!DOCTYPE html><html>quota exceeded</html>", "is a web page");
    refuse("\u00ef\u00bb\u00bf\n  <HTML>", "is a web page");
    refuse("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "is a web page");
    refuse("<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html>login</html>", "is a web page");
    refuse(
        "<?xml version=\"1.0\"?>\n<net name=\"resnet\" version=\"11\"><layers>",
        "is a network of OpenVINO");
    refuse("<?xml version='1.0'?><annotation/>", "is XML text");
    refuse(
        "{\"metadata\": {}, \"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\"}}",
        "'model-00001-of-00002.safetensors' among them");
    refuse("{\n  \"weight_map\": {\"a\": \"pytorch_model-1.bin\"}}", "in several files");
    refuse("{\"error\":\"Invalid username or password.\"}", "is JSON text");
    refuse("model_checkpoint_path: \"model.ckpt-1\"\n", "list of checkpoints of TensorFlow");
    refuse(
        "import torch\nprint(1)\n", "is a text file, not weights; it begins with 'import torch'");
    refuse("", "is empty");
  }

  @Test
  void binariesSayWhatTheyAre() {
    refuse("\u0089HDF\r\n\u001a\n" + ZEROS, "is an HDF5 file");
    refuse("\u0008\u0007\u0012\u0007pytorch\u001a\u00052.1.0:" + ZEROS, "is an ONNX model");
    refuse("\u0008\u0003:\u00ff" + ZEROS, "is an ONNX model");
    refuse("\u0081\u00a6params\u0082" + ZEROS, "is a msgpack file");
    refuse("\u00de\0\u0010\u00a6params" + ZEROS, "is a msgpack file");
    refuse("\u0093NUMPY\1\0" + ZEROS, "is a single numpy array");
    refuse("\u001f\u008b\10" + ZEROS, "is compressed by gzip");
    refuse("GGUF\3\0" + ZEROS, "is a GGUF file");
    refuse("\34\0\0\0TFL3" + ZEROS, "TensorFlow");
    refuse(ZEROS + "W\u00fb\u0080\u008b$uG\u00db", "TensorFlow");
    refuse("\u00ff\u00d8\u00ff\u00e0" + ZEROS, "is a JPEG image");
    refuse(ZEROS, "is no weights file");
  }

  @ParameterizedTest
  @CsvSource({
    "a/code/x.py, is a TorchScript program",
    "model.weights.h5, is a Keras archive",
    "fc.npy, is an archive of numpy arrays",
    "serialized_exported_program.json, is a program of torch.export",
    "dir/resnet.pth, unpack it",
    "readme.txt, it has no data.pkl"
  })
  void archivesSayWhatTheyAre(String entry, String expected) {
    WeightsFiles.refuse(scratch, new ZipWriter().stored(entry, new byte[] {1}).end(), expected);
  }

  @Test
  void torchScriptWithAPickle() {
    byte[] file =
        new ZipWriter()
            .stored("a/data.pkl", PickleWriter.oneTensor(1, 1))
            .stored("a/constants.pkl", new byte[] {1})
            .end();
    WeightsFiles.refuse(scratch, file, "is a TorchScript program");
  }

  @Test
  void directoriesSayWhatToName() throws IOException {
    Path directory = Files.createDirectory(scratch.resolve("d"));
    assertEquals(
        directory + ": is a directory, not a weights file: name the file", open(directory));
    Files.write(directory.resolve("b.ckpt"), new byte[1]);
    Files.write(directory.resolve("a.pth"), new byte[1]);
    assertTrue(open(directory).endsWith("name the file in it, 'a.pth', 'b.ckpt'"));
    Files.write(directory.resolve("saved_model.pb"), new byte[1]);
    assertTrue(open(directory).contains("SavedModel of TensorFlow"));
    Files.write(directory.resolve("data.pkl"), new byte[1]);
    assertTrue(open(directory).contains("an unpacked file of torch.save"));
    Path data = Files.write(scratch.resolve("model.ckpt.data-00000-of-00001"), new byte[700]);
    assertTrue(open(data).contains("TensorFlow"), open(data));
  }

  @Test
  void whatIsNoFileIsNeverRead() throws Exception {
    Path pipe = scratch.resolve("pipe.pth");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    String expected = "is a pipe or device: save it as a file";
    assertTimeoutPreemptively(
        Duration.ofSeconds(30), () -> assertEquals(pipe + ": " + expected, open(pipe)));
    assertTrue(open(Path.of("/dev/null")).endsWith(expected));
  }

  private static String open(Path file) {
    return assertThrows(WeightsException.class, () -> Checkpoint.open(file)).getMessage();
  }

  private void refuse(String content, String expected) {
    WeightsFiles.refuse(scratch, content.getBytes(StandardCharsets.ISO_8859_1), expected);
  }
}
