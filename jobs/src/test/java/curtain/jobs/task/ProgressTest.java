package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class ProgressTest {
  private static final long SECOND = 1_000_000_000L;
  private final StringWriter text = new StringWriter();

  @Test
  void aLineSaysHowFarHowFastAndHowLong() {
    assertEquals(
        "ingest: 1,024 of 50,000 images (2 %), 102.4 images/s, 7 min 59 s left, 3 errors",
        Progress.line("ingest", "images", 1024, 3, 1024, 50_000, 10));
    assertEquals(
        "ingest: 600 of 1,000 images (60 %), 10.0 images/s, 40 s left",
        Progress.line("ingest", "images", 600, 0, 100, 1000, 10));
    assertEquals("ingest: 0 of 9 images (0 %)", Progress.line("ingest", "images", 0, 0, 0, 9, 1));
    assertEquals("2 h 1 min", Progress.duration(7299));
  }

  @Test
  void aFileGetsALineEveryTenSeconds() {
    try (Progress progress = new Progress("x", new PrintWriter(text), false, 0)) {
      for (int second = 1; second <= 25; second++) {
        progress.show(second, 0, second, 100, second * SECOND);
      }
    }
    assertEquals(
        """
        x: 10 of 100 images (10 %), 1.0 images/s, 1 min 30 s left
        x: 20 of 100 images (20 %), 1.0 images/s, 1 min 20 s left
        """,
        text.toString());
  }

  @Test
  void aTerminalsLineIsRewrittenAndCleared() {
    try (Progress progress = new Progress("x", new PrintWriter(text), true, 0)) {
      progress.show(1, 0, 0, 2, SECOND);
      progress.show(1, 0, 0, 2, SECOND + 1);
      progress.show(2, 0, 0, 2, 2 * SECOND);
    }
    String first = "x: 1 of 2 images (50 %)";
    String second = "x: 2 of 2 images (100 %)";
    assertEquals(
        "\r" + first + "\r" + second + "\r" + " ".repeat(second.length()) + "\r", text.toString());
  }

  @Test
  void quietPrintsNothing() {
    try (Progress progress = new Progress("x", null, true, 0)) {
      progress.show(1, 0, 1, 2, SECOND);
    }
    assertEquals("", text.toString());
  }
}
