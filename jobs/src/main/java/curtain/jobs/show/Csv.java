package curtain.jobs.show;

import curtain.jobs.shards.FileOutput;
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
 *
 * <p>Spreadsheets take a cell for a formula that begins with {@code =}, {@code +}, {@code -},
 * {@code @}, a tab or a line's end, also where it is quoted. In a file that is safe for them such
 * text has an apostrophe before it, as OWASP's page on CSV injection asks; numbers are as ever.
 */
public final class Csv implements AutoCloseable {
  private static final String BEGINS_FORMULAS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

  private final Writer out;
  private final boolean safe;
  private final int columns;
  private long rows;

  /** Begins a file of this name among others, safe for spreadsheets where these are to be. */
  public Csv(FileOutput output, String name, List<String> columns) throws IOException {
    this(output.create(name), columns, output.isCsvSafe());
  }

  /**
   * Begins a file, which this closes.
   *
   * @param safe whether text that a spreadsheet takes for a formula has an apostrophe before it
   */
  public Csv(OutputStream out, List<String> columns, boolean safe) throws IOException {
    this.safe = safe;
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
    out.write(Arrays.stream(values).map(this::quoted).collect(Collectors.joining(",")));
    out.write("\r\n");
  }

  private String quoted(Object value) {
    boolean none = value == null || (value instanceof Double number && number.isNaN());
    String text = none ? "" : value.toString();
    if (safe
        && !(value instanceof Number)
        && !text.isEmpty()
        && BEGINS_FORMULAS.indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
