package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stopped program says. */
@Tag("fast")
class StoppingTest {
  @Test
  void theHintIsACommandThatIsTaken(@TempDir Path dir) throws IOException {
    String[] ingest = {"ingest", "--images", "a", "--output", "b"};
    String goesOn = "the same command with --resume goes on";
    String inPlace = "the same command with --resume in place of --overwrite goes on";
    assertEquals(goesOn, Main.onceStopped(ingest));
    assertEquals(
        inPlace, Main.onceStopped("ingest", "--images", "a", "--output", "b", "--overwrite"));
    Path file = Files.writeString(dir.resolve("options"), "--images a --output b --overwrite");
    assertEquals(inPlace, Main.onceStopped("ingest", "@" + file));
    assertEquals(goesOn, Main.onceStopped("ingest", "--nonsense"));
    assertEquals("nothing that is half written counts", Main.onceStopped("completion"));
  }
}
