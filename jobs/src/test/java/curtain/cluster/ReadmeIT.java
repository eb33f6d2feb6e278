package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's commands and queries, as they are written there, in their order. */
final class ReadmeIT {
  private static final Path SHARED =
      Path.of(System.getProperty("curtain.shared", Installation.ROOT + "/../shared"));

  @TempDir Path folder;

  @Test
  void everyCommandAndQueryWorks() throws Exception {
    Path photos = SHARED.resolve("data/imagenette-examples/val");
    Path weights = SHARED.resolve("data/weights/squeezenet1_1-imagenet.pth");
    assumeTrue(Files.exists(weights), "skipped: no trained weights and photos in " + SHARED);
    List<Path> links =
        List.of(
            Files.createSymbolicLink(folder.resolve("curtain"), Installation.LAUNCHER),
            Files.createSymbolicLink(folder.resolve("conf"), Installation.ROOT.resolve("conf")),
            Files.createSymbolicLink(folder.resolve("photos"), photos),
            Files.createSymbolicLink(folder.resolve("squeezenet1_1.pth"), weights));
    try {
      Map<String, String> environment = new HashMap<>(Installation.BRIEF);
      environment.put("OMP_WAIT_POLICY", "passive");
      int commands = 0;
      int queries = 0;
      for (String line : examples()) {
        if (line.startsWith("./curtain ")) {
          Finished done = Finished.run(List.of("bash", "-c", smaller(line)), environment, folder);
          assertEquals(0, done.exitCode(), line + ": " + done.err());
          commands++;
        } else if (line.startsWith("SELECT ")) {
          query(line.replace("FROM '", "FROM '" + folder + "/"));
          queries++;
        }
      }
      assertTrue(commands >= 5, "commands in README: " + commands);
      assertTrue(queries >= 1, "queries in README: " + queries);
    } finally {
      // JUnit warns of links that lead out of its folder.
      for (Path link : links) {
        Files.delete(link);
      }
    }
  }

  /** The demo takes minutes; a few images and steps go the same way. */
  private static String smaller(String line) {
    return line.equals("./curtain demo") ? line + " --train 10 --held-out 4 --steps 12" : line;
  }

  /** Indented lines, those that end in a backslash joined with the next. */
  private static List<String> examples() throws Exception {
    List<String> examples = new ArrayList<>();
    String begun = "";
    for (String line : Files.readAllLines(Installation.ROOT.resolve("README.md"))) {
      if (!line.startsWith("    ")) {
        continue;
      }
      String text = begun + line.strip();
      if (text.endsWith("\\")) {
        begun = text.substring(0, text.length() - 1);
      } else {
        examples.add(text);
        begun = "";
      }
    }
    return examples;
  }

  private static void query(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertTrue(rows.next(), "no rows: " + sql);
    }
  }

  /** A command that README does not explain, or that is no command any more. */
  @Test
  void namesEveryCommand() throws Exception {
    String readme = Files.readString(Installation.ROOT.resolve("README.md"));
    String help = Installation.curtain(folder).expect(0).out();
    List<String> commands =
        help.lines()
            .dropWhile(line -> !line.startsWith("Commands:"))
            .skip(1)
            .filter(line -> line.matches("  [a-z].*"))
            .map(line -> line.strip().replaceFirst(" .*", ""))
            .toList();
    assertFalse(commands.isEmpty(), help);
    for (String command : commands) {
      assertTrue(
          Stream.of("| `" + command + "` |", "| `" + command + " ").anyMatch(readme::contains),
          "README's table lacks " + command);
    }
  }
}
