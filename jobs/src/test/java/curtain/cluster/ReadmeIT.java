package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.Commands;
import curtain.jobs.fixtures.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands and queries of README and of the documents beside it and in docs/, as they are written
 * there but for fewer images, in their order: README's first, through the launcher, and those of
 * the others, by name, on what it left, in one process, or with {@code -Dcurtain.full=true} through
 * the launcher, too.
 */
@Tag("engine")
final class ReadmeIT {
  private static final Path README = Installation.ROOT.resolve("README.md");
  private static final Path DOCS = Installation.ROOT.resolve("docs");
  private static final Path OVERVIEW = DOCS.resolve("commands.md");
  private static final String COMMAND = "./curtain ";
  private static final String QUERY = "SELECT ";

  /** A command within a sentence. */
  private static final Pattern SPAN = Pattern.compile("`(\\./curtain [^`]+)`");

  /** Commands that are shown and not run, and why. */
  private static final Map<String, String> NOT_RUN =
      Map.ofEntries(
          Map.entry("./curtain COMMAND [options]", "a form, not a command"),
          Map.entry("./curtain COMMAND --help", "a form, not a command"),
          Map.entry(
              "./curtain pullbacks @conf/pullbacks.args",
              "its paths are examples; LauncherIT reads every file of conf/ so"),
          Map.entry(
              "./curtain fetch squeezenet1_1 --output .",
              "it needs a network; FetchTest has a server of its own"),
          Map.entry(
              "./curtain stability --images cifar10/test --model cifar_resnet20"
                  + " --checkpoints checkpoints/resnet20 --output stability",
              "it takes minutes, and a training run; StabilityClusterIT runs the command"),
          Map.entry(
              "./curtain pullbacks --images s3a://photos/val --model resnet50"
                  + " --weights s3a://weights/resnet50.pth --output s3a://results/pullbacks",
              "it needs buckets; S3BriefIT and S3ClusterIT have a server of their own"),
          Map.entry("./curtain bench gram", "its options are left out"),
          Map.entry("./curtain bench stability", "its options are left out"),
          Map.entry(
              "./curtain bench all --page docs/performance.md",
              "it takes a quarter of an hour; BenchTest measures small networks so"),
          Map.entry(
              "./curtain bench growth --page docs/performance.md",
              "it takes half an hour; BenchTest lets fewer images grow"));

  @TempDir Path folder;

  @Test
  void everyCommandAndQueryWorks() throws Exception {
    Path weights = Shared.real(Shared.SQUEEZENET_WEIGHTS);
    photos(Shared.real(Shared.PHOTOS), folder.resolve("photos"));
    List<Path> links =
        List.of(
            Files.createSymbolicLink(folder.resolve("curtain"), Installation.LAUNCHER),
            Files.createSymbolicLink(folder.resolve("conf"), Installation.ROOT.resolve("conf")),
            Files.createSymbolicLink(folder.resolve("squeezenet1_1.pth"), weights));
    try {
      Map<String, String> environment = new HashMap<>(Installation.BRIEF);
      environment.put("GOMP_SPINCOUNT", "0");
      Set<String> commands = new HashSet<>();
      Set<String> queries = new LinkedHashSet<>();
      List<String> together = new ArrayList<>();
      for (Path document : documents()) {
        for (String example : examples(document)) {
          if (example.startsWith(QUERY)) {
            queries.add(example);
          } else if (!NOT_RUN.containsKey(example) && commands.add(example)) {
            if (document.equals(README) || Shared.full()) {
              List<String> shell = List.of("bash", "-c", smaller(example));
              Finished done = Finished.run(shell, environment, folder);
              String what = document.getFileName() + ": " + example;
              assertEquals(0, done.exitCode(), what + ": " + done.err());
            } else {
              together.add(tabbed(smaller(example)));
            }
          }
        }
      }
      Finished done = Installation.program(folder, Commands.class, together.toArray(String[]::new));
      assertEquals(0, done.exitCode(), done.err());
      for (String query : queries) {
        query(query, query.replaceAll("\\b(FROM|JOIN) '", "$1 '" + folder + "/"));
      }
      assertTrue(commands.size() >= 12, "commands: " + commands);
      assertTrue(queries.size() >= 4, "queries: " + queries);
    } finally {
      // JUnit warns of links that lead out of its folder.
      for (Path link : links) {
        Files.delete(link);
      }
    }
  }

  /** What is shown no more needs no reason. */
  @Test
  void everyReasonIsOfACommandThatIsShown() throws Exception {
    Set<String> unseen = new TreeSet<>(NOT_RUN.keySet());
    for (Path document : documents()) {
      examples(document).forEach(unseen::remove);
    }
    assertEquals(Set.of(), unseen);
  }

  /** Three of the photos, each in its class's folder. */
  private static void photos(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().limit(3).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** The demo takes minutes; few images, steps and repetitions go the same way. */
  private static String smaller(String line) {
    if (line.equals("./curtain demo")) {
      return line + " --train 4 --held-out 2 --steps 3";
    }
    if (line.startsWith("./curtain bench ")) {
      return line.replaceFirst("--batch-size \\d+", "--batch-size 2") + " --repeat 1";
    }
    boolean hasBatches = line.matches("\\./curtain (pullbacks|calibrate|gram) .*");
    return hasBatches ? line + " --batch-size 3" : line;
  }

  /** The words behind the program's name, between tabs, of a command that needs no shell. */
  private static String tabbed(String line) {
    assertTrue(line.matches("[\\w./:,=@ -]+"), "needs a shell: " + line);
    return line.substring(COMMAND.length()).replaceAll(" +", "\t");
  }

  /** README, then the others by name. */
  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(README));
    try (Stream<Path> beside = Files.list(Installation.ROOT);
        Stream<Path> docs = Files.walk(DOCS)) {
      Stream.concat(beside, docs)
          .filter(file -> file.toString().endsWith(".md") && !file.equals(README))
          .sorted()
          .forEach(documents::add);
    }
    return documents;
  }

  /**
   * Commands and queries of a document, in their order: lines that are indented or between fences,
   * those that end in a backslash, or of a query without a semicolon, joined with the next; and
   * commands within sentences.
   */
  private static List<String> examples(Path document) throws IOException {
    List<String> examples = new ArrayList<>();
    String begun = "";
    boolean fenced = false;
    for (String line : Files.readAllLines(document)) {
      if (line.strip().startsWith("```")) {
        fenced = !fenced;
      } else if (!fenced && !line.startsWith("    ")) {
        Matcher spans = SPAN.matcher(line);
        while (spans.find()) {
          examples.add(spans.group(1));
        }
      } else {
        String text = begun + line.strip();
        boolean isCut = text.endsWith("\\");
        boolean goesOn = isCut || (text.startsWith(QUERY) && !text.endsWith(";"));
        begun = isCut ? text.substring(0, text.length() - 1) : goesOn ? text + " " : "";
        if (!goesOn && (text.startsWith(COMMAND) || text.startsWith(QUERY))) {
          examples.add(text);
        }
      }
    }
    return examples;
  }

  private static void query(String what, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertTrue(rows.next(), "no rows: " + what);
    }
  }

  /** A command that README or docs/commands.md does not explain, or that is no command any more. */
  @Test
  void namesEveryCommand() throws Exception {
    String readme = Files.readString(README);
    String explained = Files.readString(OVERVIEW);
    String help = Run.curtain("--help").out();
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
          readme.contains("| [`" + command + "`](docs/commands.md#" + command + ") |"),
          "README's table lacks " + command);
      assertTrue(
          explained.contains("\n## `" + command + "`\n"), "docs/commands.md lacks " + command);
    }
  }

  /** A reader finds every document from README, pages of commands by way of their overview. */
  @Test
  void linksEveryDocument() throws Exception {
    String readme = Files.readString(README);
    String overview = Files.readString(OVERVIEW);
    for (Path document : documents()) {
      String name = Installation.ROOT.relativize(document).toString();
      assertTrue(
          document.equals(README)
              || readme.contains("](" + name + ")")
              || overview.contains("](" + DOCS.relativize(document) + ")"),
          "README and docs/commands.md lack " + name);
    }
  }
}
