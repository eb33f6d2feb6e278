package curtain.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/performance.md} have the columns that the benchmarks print. */
@Tag("fast")
final class PerformancePageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("curtain.root")).resolve("docs/performance.md");

  /** A row of a Markdown table. */
  static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  /** The lines of a benchmark's tables that are over a line of dashes. */
  private static List<String> headers(String command) throws IOException {
    List<String> lines = new BenchPage(PAGE, command).read().lines().toList();
    return Stream.iterate(1, i -> i < lines.size(), i -> i + 1)
        .filter(i -> lines.get(i).startsWith("|---"))
        .map(i -> lines.get(i - 1))
        .toList();
  }

  @Test
  void hasAllFigures() throws IOException {
    assertEquals(
        Stream.of(BenchAll.PULLBACKS, BenchAll.GRAM, BenchAll.STABILITY)
            .map(PerformancePageTest::row)
            .toList(),
        headers("bench all"));
  }

  @Test
  void hasGrowthOfAllThatGrows() throws IOException {
    assertEquals(List.of(row(BenchGrowth.COLUMNS)), headers("bench growth"));
    String text = new BenchPage(PAGE, "bench growth").read();
    for (Growing each : Growing.values()) {
      assertTrue(text.contains("\n| " + each.title() + " |"), each.title());
    }
    assertEquals(Growing.values().length, Arrays.stream(text.split("\n\\|", -1)).skip(3).count());
  }
}
