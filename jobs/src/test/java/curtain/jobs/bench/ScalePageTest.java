package curtain.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The plans of {@code docs/scale.md} are what the commands print that stand above them, and its
 * first table has their hours. With {@code -Dcurtain.write=true} the test writes the plans.
 */
@Tag("fast")
final class ScalePageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("curtain.root")).resolve("docs/scale.md");

  private static final Pattern COMMAND = Pattern.compile("(?m)^<!-- (bench gram .*--plan.*) -->$");
  private static final Pattern HOURS = Pattern.compile("(?m)^([\\d.,]+) hours\\.");
  private static final Pattern SUMMARY = Pattern.compile("(?m)^\\| \\[.*\\| ([\\d.,]+) \\|$");

  @Test
  void hasWhatTheCommandsPrint() throws IOException {
    List<String> commands = found(COMMAND, Files.readString(PAGE));
    assertTrue(commands.size() >= 3, "plans: " + commands);
    for (String command : commands) {
      Run run = Run.curtain(command.split(" ", -1));
      assertEquals(0, run.status(), run.err());
      BenchPage page = new BenchPage(PAGE, command);
      if (Boolean.getBoolean("curtain.write")) {
        page.write("\n" + run.out());
      }
      assertEquals("\n" + run.out(), page.read(), command);
    }
  }

  /** Nothing was measured for the page when it was written by a machine of another kind. */
  @Test
  void measuresNothing() throws IOException {
    assertTrue(!Files.readString(PAGE).contains("measured here"));
  }

  @Test
  void beginsWithTheHoursOfEachPlan() throws IOException {
    String text = Files.readString(PAGE);
    List<String> hours = found(HOURS, text);
    assertEquals(hours, found(SUMMARY, text));
    assertEquals(found(COMMAND, text).size(), hours.size());
  }

  private static List<String> found(Pattern pattern, String text) {
    List<String> groups = new ArrayList<>();
    for (MatchResult match : pattern.matcher(text).results().toList()) {
      groups.add(match.group(1));
    }
    return groups;
  }
}
