package curtain.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Figures as they come: rows of Markdown tables, or lines of JSON in their place. A page gets the
 * tables in the end.
 */
final class BenchTables {
  private final PrintWriter out;
  private final boolean json;
  private final Optional<BenchPage> page;
  private final StringBuilder markdown = new StringBuilder();

  /**
   * Tables on a writer.
   *
   * @param json whether it gets JSON in place of Markdown
   * @param page gets the tables, too
   */
  BenchTables(PrintWriter out, boolean json, Optional<BenchPage> page) {
    this.out = out;
    this.json = json;
    this.page = page;
  }

  /** A line of text, an empty one behind it. */
  void text(String line) {
    line(line);
    line("");
  }

  /** Begins a table. */
  void header(List<String> titles) {
    row(titles);
    line("|" + "---|".repeat(titles.size()));
  }

  /** A row of the table that was begun. */
  void row(List<String> cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  /** Ends the table. */
  void end() {
    line("");
  }

  private void line(String line) {
    markdown.append(line).append('\n');
    if (!json) {
      out.println(line);
      out.flush();
    }
  }

  /** Figures as one line of JSON, where JSON is asked for. */
  void figures(Map<String, Object> figures) throws JsonProcessingException {
    if (json) {
      BenchArguments.print(figures, out);
    }
  }

  /** The last: writes the page. */
  void finish() throws IOException {
    if (page.isPresent()) {
      page.get().write("\n" + markdown);
    }
  }
}
