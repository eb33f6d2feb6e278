package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages of {@code docs/commands/} are what the commands' code says. */
@Tag("fast")
final class CommandPagesTest {
  private static final Path ROOT = Path.of(System.getProperty("curtain.root"));
  private static final Path FOLDER = ROOT.resolve("docs/commands");

  private static final String REGENERATE =
      " is not what the commands' code says; write docs/commands by: mvn -ntp -B test"
          + " -Dtest=CommandPagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dcurtain.write=true";

  @Test
  void pagesAreCurrent() throws IOException {
    Map<String, String> pages = CommandPages.of(ROOT);
    if (Boolean.getBoolean("curtain.write")) {
      Files.createDirectories(FOLDER);
      for (String stale : written()) {
        if (!pages.containsKey(stale)) {
          Files.delete(FOLDER.resolve(stale));
        }
      }
      for (Map.Entry<String, String> page : pages.entrySet()) {
        Files.writeString(FOLDER.resolve(page.getKey()), page.getValue());
      }
      return;
    }
    assertEquals(List.copyOf(pages.keySet()), written(), "docs/commands" + REGENERATE);
    for (Map.Entry<String, String> page : pages.entrySet()) {
      assertTrue(
          Files.readString(FOLDER.resolve(page.getKey())).equals(page.getValue()),
          "docs/commands/" + page.getKey() + REGENERATE);
    }
  }

  private static List<String> written() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The overview says what a command is for, and leads to its page. */
  @Test
  void theOverviewLinksEveryPage() throws IOException {
    String overview = Files.readString(ROOT.resolve("docs/commands.md"));
    for (String page : CommandPages.of(ROOT).keySet()) {
      String command = page.replace(".md", "");
      assertTrue(overview.contains("\n## `" + command + "`\n"), "commands.md lacks " + command);
      assertTrue(
          overview.contains("](commands/" + page + ")"), "commands.md lacks a link to " + page);
    }
  }

  /** A default is told once, in its own column, and a cell ends where its column does. */
  @Test
  void tablesAreWhole() throws IOException {
    for (Map.Entry<String, String> page : CommandPages.of(ROOT).entrySet()) {
      assertFalse(page.getValue().contains("${"), page.getKey());
      List<String> rows = page.getValue().lines().filter(line -> line.startsWith("| `")).toList();
      for (String row : rows) {
        assertEquals(4, row.split("(?<!\\\\)\\|", -1).length - 1, page.getKey() + ": " + row);
        assertFalse(row.contains("(default:"), page.getKey() + ": " + row);
      }
      assertFalse(rows.isEmpty(), page.getKey());
    }
  }
}
