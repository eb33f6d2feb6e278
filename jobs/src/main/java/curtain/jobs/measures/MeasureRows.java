package curtain.jobs.measures;

import curtain.compile.CompileOptions;
import curtain.images.source.DecodedImage;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.measures.Attribution;
import curtain.measures.ImageMeasures;
import curtain.measures.MeasureOptions;
import java.io.IOException;
import java.util.List;

/**
 * Writes the rows of images: by target, then direction, then measure.
 *
 * @param options directions and measures
 * @param temperatures temperatures of pullbacks, in their unit
 * @param compiled gate and pool of pullbacks
 */
public record MeasureRows(
    MeasureOptions options, TemperatureChoice temperatures, CompileOptions compiled) {
  /** The table of single images. */
  static final Table<MeasureRow> MEASURES = Table.of("measures", MeasureRow.class);

  /** The table of means over all images. */
  public static final Table<MeasureSummaryRow> SUMMARY =
      Table.of("measures_summary", MeasureSummaryRow.class);

  private static final Kind HARD = new Kind("hard", null, null, "hard");

  /**
   * Writes the rows of an image.
   *
   * @param label class of the image, or null
   * @param measured targets of the image, and their values
   */
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
              new MeasureRow(
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
                  measured.value(k, d, m)));
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

  /** The tables that a run writes. */
  static List<Table<?>> tables() {
    return List.of(MEASURES, SUMMARY, Table.ERRORS);
  }
}
