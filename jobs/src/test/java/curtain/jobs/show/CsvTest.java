package curtain.jobs.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class CsvTest {
  @Test
  void valuesAreQuotedWhereTheyMustBe() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Csv csv = new Csv(out, List.of("a", "b, c"))) {
      csv.row("plain", 0.1);
      csv.row("a \"dog\", ä", null);
      csv.row("two\nlines", Double.NaN);
      csv.row(Float.MIN_VALUE, 1e-300);
      assertEquals(4, csv.rows());
      assertThrows(IllegalArgumentException.class, () -> csv.row("one"));
    }
    assertEquals(
        "a,\"b, c\"\r\nplain,0.1\r\n\"a \"\"dog\"\", ä\",\r\n\"two\nlines\",\r\n1.4E-45,1.0E-300\r\n",
        out.toString(StandardCharsets.UTF_8));
  }
}
