package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Jvm;
import curtain.jobs.fixtures.WeightsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That {@code --threads} reaches the engine, which reads it once: in processes where nothing has
 * started it.
 */
@Tag("engine")
class EngineThreadsTest {
  @TempDir Path dir;

  @Test
  void pullbacks() throws Exception {
    check("pullbacks");
  }

  @Test
  void gram() throws Exception {
    check("gram");
  }

  private void check(String command) throws Exception {
    Path images = Files.createDirectories(dir.resolve("images/star"));
    Files.writeString(images.resolve("0.png"), "no image");
    Path weights = WeightsFile.demoCnn(dir.resolve("net.safetensors"), 1);
    Path log = dir.resolve("log");
    List<String> line = Jvm.command(EngineThreads.class.getName());
    line.addAll(List.of(command, "--images", images.getParent().toString()));
    line.addAll(List.of("--model", "demo_cnn", "--weights", weights.toString()));
    line.addAll(List.of("--device", "cpu", "--threads", "3", "--quiet"));
    line.addAll(List.of("--output", dir.resolve("output").toString()));
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), Files.readString(log));
    List<String> printed = Files.readAllLines(log);
    // the only image is none, so the run fails, at its end
    assertEquals("status 1, threads 3", printed.get(printed.size() - 1), printed.toString());
  }
}
