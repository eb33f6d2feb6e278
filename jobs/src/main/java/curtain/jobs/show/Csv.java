package curtain.jobs.show;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A CSV file: RFC 4180, UTF-8, the columns' names first; nulls and NaN are empty, other numbers as
 * Java writes them, so that they read back to the last bit.
 */
public final class Csv implements AutoCloseable {
  private final Writer out;
  private final int columns;
  private long rows;

  /** Begins a file, which this closes. */
  public Csv(OutputStream out, List<String> columns) throws IOException {
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    this.columns = columns.size();
    line(columns.toArray());
  }

  /** Adds a row, a value for each column. */
  public void row(Object... values) throws IOException {
    if (values.length != columns) {
      throw new IllegalArgumentException(
          values.length + " values for " + columns + " columns of a CSV file");
    }
    line(values);
    rows++;
  }

  /** Number of rows so far, without the names. */
  public long rows() {
    return rows;
  }

  private void line(Object... values) throws IOException {
    out.write(Arrays.stream(values).map(Csv::quoted).collect(Collectors.joining(",")));
    out.write("\r\n");
  }

  private static String quoted(Object value) {
    boolean none = value == null || (value instanceof Double number && number.isNaN());
    String text = none ? "" : value.toString();
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
