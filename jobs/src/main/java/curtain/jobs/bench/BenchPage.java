package curtain.jobs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The part of a Markdown page that a benchmark writes: what lies between two lines of the page, the
 * comments {@code <!-- bench all -->} and {@code <!-- end of bench all -->} of {@code bench all}.
 *
 * @param file the page
 * @param command name of the benchmark, {@code bench all} for example
 */
record BenchPage(Path file, String command) {
  /**
   * What lies between the two lines.
   *
   * @throws IOException when the page cannot be read, or does not have both lines
   */
  String read() throws IOException {
    String text = Files.readString(file);
    return text.substring(from(text), to(text));
  }

  /**
   * Replaces what lies between the two lines.
   *
   * @throws IOException when the page cannot be written, or does not have both lines
   */
  void write(String markdown) throws IOException {
    String text = Files.readString(file);
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
    Files.writeString(
        unfinished, text.substring(0, from(text)) + markdown + text.substring(to(text)));
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private int from(String text) throws IOException {
    String line = "<!-- " + command + " -->\n";
    return at(text, line) + line.length();
  }

  private int to(String text) throws IOException {
    return at(text, "<!-- end of " + command + " -->\n");
  }

  private int at(String text, String line) throws IOException {
    int at = text.indexOf(line);
    if (at < 0) {
      throw new IOException(
          file + " has no line " + line.strip() + "; add it where the table is to begin or end");
    }
    return at;
  }
}
