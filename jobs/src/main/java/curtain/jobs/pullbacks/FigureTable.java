package curtain.jobs.pullbacks;

import curtain.figures.GridPage.Placed;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.show.PlacedCsv;
import java.io.IOException;
import java.util.List;

/**
 * {@code figures.csv}: what each picture shows and where it is, as {@link PlacedCsv}; column 0 has
 * the input. Columns behind its place: image_id, ordinal, label, target, class_name (or neuron),
 * gate, temperature, pool, logit; minimum and maximum of what is drawn: of the input x in [-1, 1],
 * of the pullback's values, or of its channel sums.
 */
final class FigureTable implements AutoCloseable {
  private static final List<String> COLUMNS =
      List.of(
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

  private final PlacedCsv csv;

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
    this.csv = new PlacedCsv(output, "figures.csv", COLUMNS);
  }

  void add(int page, Placed at, Shown shown) throws IOException {
    PullbackRow.Kind kind = shown.kind();
    csv.row(
        page,
        at,
        shown.imageId(),
        shown.ordinal(),
        shown.label(),
        shown.target(),
        shown.name(),
        kind == null ? null : kind.gate(),
        kind == null ? null : kind.temperature(),
        kind == null ? null : kind.pool(),
        shown.logit(),
        at.picture().minimum(),
        at.picture().maximum());
  }

  long rows() {
    return csv.rows();
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
