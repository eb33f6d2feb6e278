package curtain.jobs.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class CsvTest {
  @Test
  void valuesAreQuotedWhereTheyMustBe() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Csv csv = new Csv(out, List.of("a", "b, c"), false)) {
      csv.row("plain", 0.1);
      csv.row("a \"dog\", ä", null);
      csv.row("two\nlines", Double.NaN);
      csv.row(Float.MIN_VALUE, 1e-300);
      assertEquals(4, csv.rows());
      assertThrows(IllegalArgumentException.class, () -> csv.row("one"));
    }
    assertEquals(
        """
        a,"b, c"\r
        plain,0.1\r
        "a ""dog"", ä",\r
        "two
        lines",\r
        1.4E-45,1.0E-300\r
        """,
        out.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+2", "+1", "-cat", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(\"http://x\",\"y\")"})
  void textThatASpreadsheetTakesForAFormulaHasAnApostropheWhereAskedFor(String text)
      throws Exception {
    for (boolean safe : new boolean[] {false, true}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (Csv csv = new Csv(out, List.of("name", "value"), safe)) {
        csv.row(text, -1.5);
        csv.row("a" + text, -3);
        csv.row("", null);
      }
      String[] cells = {(safe ? "'" : "") + text, "a" + text};
      for (int i = 0; i < cells.length; i++) {
        if (cells[i].matches("(?s).*[,\"\r].*")) {
          cells[i] = '"' + cells[i].replace("\"", "\"\"") + '"';
        }
      }
      assertEquals(
          "name,value\r\n" + cells[0] + ",-1.5\r\n" + cells[1] + ",-3\r\n,\r\n",
          out.toString(StandardCharsets.UTF_8));
    }
  }
}
