package curtain.jobs;

import curtain.figures.GridPage.Placed;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * {@code figures.csv}: what each picture shows and where it is. RFC 4180, UTF-8; nulls are empty.
 * Columns: page, from 1; row and column on the page, from 0, column 0 the input; x, y, width,
 * height, pixels; image_id, ordinal, label, target, class_name (or neuron), gate, temperature,
 * pool, logit; minimum and maximum of what is drawn: of the input x in [-1, 1], of the pullback's
 * values, or of its channel sums.
 */
final class FigureTable implements AutoCloseable {
  private static final String HEADER =
      "page,row,column,x,y,width,height,image_id,ordinal,label,target,class_name,gate,temperature,"
          + "pool,logit,minimum,maximum";

  private final Writer out;
  private long rows;

  /** What a picture shows; nulls where it is the input. */
  record Shown(
      String imageId,
      long ordinal,
      Integer label,
      Integer target,
      String name,
      PullbackRow.Kind kind,
      Float logit) {}

  FigureTable(OutputStream out) throws IOException {
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    this.out.write(HEADER + "\r\n");
  }

  void add(int page, Placed at, Shown shown) throws IOException {
    PullbackRow.Kind kind = shown.kind();
    line(
        page,
        at.row(),
        at.column(),
        at.x(),
        at.y(),
        at.tile().width(),
        at.tile().height(),
        shown.imageId(),
        shown.ordinal(),
        shown.label(),
        shown.target(),
        shown.name(),
        kind == null ? null : kind.gate(),
        kind == null ? null : kind.temperature(),
        kind == null ? null : kind.pool(),
        shown.logit(),
        at.tile().minimum(),
        at.tile().maximum());
    rows++;
  }

  long rows() {
    return rows;
  }

  private void line(Object... values) throws IOException {
    out.write(Arrays.stream(values).map(FigureTable::quoted).collect(Collectors.joining(",")));
    out.write("\r\n");
  }

  private static String quoted(Object value) {
    String text = value == null ? "" : value.toString();
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
