package curtain.jobs.measures;

import curtain.compile.CompileOptions;
import curtain.images.source.DecodedImage;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.measures.Attribution;
import curtain.measures.ImageMeasures;
import curtain.measures.MeasureOptions;
import java.io.IOException;
import java.util.List;

/**
 * The rows that an image gives: by target, then direction, then measure.
 *
 * @param options what is measured
 * @param temperatures of pullbacks, in units
 * @param compiled gate and pool of pullbacks
 */
public record MeasureRows(
    MeasureOptions options, TemperatureChoice temperatures, CompileOptions compiled) {
  /** Measures (spec 12). */
  static final Table MEASURES =
      Table.of(
          "measures",
          Column.of("image_id", ColumnType.STRING),
          Column.of("ordinal", ColumnType.BIGINT),
          Column.of("label", ColumnType.INT),
          Column.of("target", ColumnType.INT),
          Column.of("direction", ColumnType.STRING),
          Column.of("gate", ColumnType.STRING),
          Column.of("temperature", ColumnType.DOUBLE),
          Column.of("temperature_unit", ColumnType.STRING),
          Column.of("pool", ColumnType.STRING),
          Column.of("measure", ColumnType.STRING),
          Column.of("value", ColumnType.DOUBLE));

  /** Over all images. */
  public static final Table SUMMARY =
      Table.of(
          "measures_summary",
          Column.of("direction", ColumnType.STRING),
          Column.of("gate", ColumnType.STRING),
          Column.of("temperature", ColumnType.DOUBLE),
          Column.of("temperature_unit", ColumnType.STRING),
          Column.of("pool", ColumnType.STRING),
          Column.of("measure", ColumnType.STRING),
          Column.of("images", ColumnType.BIGINT),
          Column.of("mean", ColumnType.DOUBLE),
          Column.of("standard_error", ColumnType.DOUBLE),
          Column.of("difference", ColumnType.DOUBLE),
          Column.of("difference_low", ColumnType.DOUBLE),
          Column.of("difference_high", ColumnType.DOUBLE));

  private static final Kind HARD = new Kind("hard", null, null, "hard");

  /** Writes an image's rows. */
  void write(Rows rows, DecodedImage image, Integer label, ImageMeasures measured)
      throws IOException {
    int count = temperatures.factors().size();
    for (int k = 0; k < measured.targets().size(); k++) {
      for (int d = 0; d < options.directions(count); d++) {
        Attribution attribution = options.attributions().get(Math.max(0, d - count + 1));
        Kind kind = attribution == Attribution.PULLBACK ? pullback(d) : HARD;
        for (int m = 0; m < options.measures().size(); m++) {
          rows.write(
              MEASURES,
              image.ref().imageId(),
              image.ref().ordinal(),
              label,
              measured.targets().get(k),
              attribution.toString(),
              kind.gate(),
              kind.temperature(),
              kind.unit(),
              kind.pool(),
              options.measures().get(m).toString(),
              measured.value(k, d, m));
        }
      }
    }
  }

  private Kind pullback(int temperature) {
    return new Kind(
        compiled.gate().toString(),
        temperatures.factors().get(temperature),
        temperatures.unit().toString(),
        compiled.pool().toString());
  }

  /** Tables of a run. */
  static List<Table> tables() {
    return List.of(MEASURES, SUMMARY, Table.ERRORS);
  }
}
