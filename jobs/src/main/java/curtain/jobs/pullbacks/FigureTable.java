package curtain.jobs.pullbacks;

import curtain.figures.GridPage.Placed;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.show.Csv;
import java.io.IOException;
import java.util.List;

/**
 * {@code figures.csv}: what each picture shows and where it is, as {@link Csv}. Columns: page, from
 * 1; row and column on the page, from 0, column 0 the input; x, y, width, height, in pixels;
 * image_id, ordinal, label, target, class_name (a neuron's name in its rows), gate, temperature,
 * pool, logit; minimum and maximum of what is drawn, which is x in [-1, 1] for the input, else the
 * pullback's values or their sums over channels.
 */
public final class FigureTable implements AutoCloseable {
  private static final List<String> COLUMNS =
      List.of(
          "page",
          "row",
          "column",
          "x",
          "y",
          "width",
          "height",
          "image_id",
          "ordinal",
          "label",
          "target",
          "class_name",
          "gate",
          "temperature",
          "pool",
          "logit",
          "minimum",
          "maximum");

  private final Csv csv;

  /** What a picture shows; the target, its name, the kind and the logit are null for the input. */
  record Shown(
      String imageId,
      long ordinal,
      Integer label,
      Integer target,
      String name,
      PullbackRow.Kind kind,
      Float logit) {}

  FigureTable(FileOutput output) throws IOException {
    this.csv = new Csv(output, "figures.csv", COLUMNS);
  }

  void add(int page, Placed at, Shown shown) throws IOException {
    PullbackRow.Kind kind = shown.kind();
    csv.row(
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
  }

  long rows() {
    return csv.rows();
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
