package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
        Progress.line("ingest", "images", 1024, 3, 50_000, 102.4));
    assertEquals(
        "ingest: 600 of 1,000 images (60 %), 10.0 images/s, 40 s left",
        Progress.line("ingest", "images", 600, 0, 1000, 10));
    assertEquals(
        "ingest: 5 of 9 images (55 %)", Progress.line("ingest", "images", 5, 0, 9, Double.NaN));
    assertEquals(
        "ingest: 5 of 9 images (55 %), none in the last 2 min 0 s",
        Progress.line("ingest", "images", 5, 0, 9, 0));
    assertEquals("2 h 1 min", Progress.duration(7299));
  }

  /** A slow start, then ten images a second, then one; lines of a driver's log. */
  @Test
  void theRateIsThatOfTheLastTwoMinutes() {
    try (Progress progress = new Progress("x", new PrintWriter(text), false, 0)) {
      progress.show(0, 0, 0, 10_000, 60 * SECOND);
      long done = 0;
      for (int second = 61; second <= 300; second++) {
        done += 10;
        progress.show(done, 0, done, 10_000, second * SECOND);
      }
      for (int second = 301; second <= 480; second++) {
        done += 1;
        progress.show(done, 0, done, 10_000, second * SECOND);
      }
      for (int second = 481; second <= 620; second++) {
        progress.show(done, 0, done, 10_000, second * SECOND);
      }
    }
    List<String> lines = text.toString().lines().toList();
    assertEquals("x: 0 of 10,000 images (0 %)", lines.get(0));
    // a minute before the first image is no part of the rate
    assertEquals("x: 100 of 10,000 images (1 %), 10.0 images/s, 16 min 30 s left", lines.get(1));
    assertEquals(
        "x: 2,400 of 10,000 images (24 %), 10.0 images/s, 12 min 40 s left", lines.get(24));
    assertEquals("x: 2,580 of 10,000 images (25 %), 1.0 images/s, 2 h 3 min left", lines.get(42));
    assertEquals(
        "x: 2,580 of 10,000 images (25 %), none in the last 2 min 0 s",
        lines.get(lines.size() - 1));
  }

  @Test
  void noRateIsToldOfTheFirstSeconds() {
    try (Progress progress = new Progress("x", new PrintWriter(text), true, 0)) {
      progress.show(16, 0, 16, 32, 9 * SECOND);
      progress.show(17, 0, 17, 32, 11 * SECOND);
      progress.show(20, 0, 20, 32, 13 * SECOND);
    }
    String[] lines = text.toString().split("\r", -1);
    assertEquals("x: 16 of 32 images (50 %)", lines[1]);
    assertEquals("x: 17 of 32 images (53 %)", lines[2]);
    assertEquals("x: 20 of 32 images (62 %), 1.0 images/s, 12 s left", lines[3]);
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
