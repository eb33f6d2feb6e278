package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Links between the documents lead somewhere: to a file, and to a heading in it. Tests that they
 * name are there.
 */
@Tag("fast")
final class LinksTest {
  private static final Path ROOT = Path.of(System.getProperty("curtain.root")).normalize();

  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(#[^)\\s]*)?\\)");
  private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    Set<String> dead = new TreeSet<>();
    int links = 0;
    for (Path document : documents()) {
      for (MatchResult link : LINK.matcher(text(document)).results().toList()) {
        links++;
        Path target =
            link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        String anchor = link.group(2);
        if (!Files.exists(target)
            || (anchor != null && !anchors(target).contains(anchor.substring(1)))) {
          dead.add(ROOT.relativize(document) + ": " + link.group());
        }
      }
    }
    assertEquals(Set.of(), dead);
    assertTrue(links > 200, "links: " + links);
  }

  @Test
  void everyTrialNamesATest() throws IOException {
    List<String> trials =
        text(ROOT.resolve("docs/trials.md")).lines().filter(row -> row.startsWith("| [")).toList();
    assertTrue(trials.size() > 20, "trials: " + trials.size());
    for (String trial : trials) {
      String cells = trial.substring(0, trial.lastIndexOf(" |"));
      List<MatchResult> tests =
          TEST.matcher(cells.substring(cells.lastIndexOf("| "))).results().toList();
      assertFalse(tests.isEmpty(), trial);
      for (MatchResult test : tests) {
        assertTrue(isTest(test.group(1), test.group(2)), test.group());
      }
    }
  }

  private static boolean isTest(String name, String method) throws IOException {
    try (Stream<Path> common = Files.walk(ROOT.resolve("common/src/test/java"));
        Stream<Path> jobs = Files.walk(ROOT.resolve("jobs/src/test/java"))) {
      Path source =
          Stream.concat(common, jobs)
              .filter(file -> file.endsWith(name + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no class " + name));
      return Files.readString(source).contains("\n  void " + method + "(");
    }
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> beside = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> deploy = Files.walk(ROOT.resolve("deploy"), 2)) {
      return Stream.of(beside, docs, deploy)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }

  private static String text(Path document) throws IOException {
    return FENCED.matcher(Files.readString(document)).replaceAll("");
  }

  /** What a heading is linked by: its words without marks, blanks as hyphens. */
  private static Set<String> anchors(Path document) throws IOException {
    return HEADING
        .matcher(text(document))
        .results()
        .map(heading -> heading.group(1).replaceAll("\\]\\([^)]*\\)", ""))
        .map(words -> words.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", ""))
        .map(words -> words.replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
