package curtain.jobs.measures;

import curtain.jobs.tables.Col;

/** A row of measures_summary: a measure of a direction over all images (spec 12). */
public record MeasureSummaryRow(
    @Col(doc = "`pullback`, `gradient`, `smoothgrad` or `integrated_gradients`") String direction,
    @Col(doc = "`--gate`, with its parameter; `hard` of all but pullbacks") String gate,
    @Col(doc = "T, in its unit; null of all but pullbacks") Double temperature,
    @Col(doc = "`--temperature-unit`; null of all but pullbacks") String temperatureUnit,
    @Col(doc = "`--pool`; `hard` of all but pullbacks") String pool,
    @Col(doc = "name of the measure") String measure,
    @Col(doc = "images where it is defined") Long images,
    @Col(doc = "mean over these images; null where there is none") Double mean,
    @Col(doc = "of the mean; null of fewer than two images") Double standardError,
    @Col(doc = "mean of the differences to the gradient, image by image; null of the gradient")
        Double difference,
    @Col(doc = "lower end of the difference's 95 % interval; null of the gradient")
        Double differenceLow,
    @Col(doc = "upper end of the difference's 95 % interval; null of the gradient")
        Double differenceHigh) {
  /** What it is over all images. */
  Measured measured() {
    return new Measured(direction, gate, temperature, temperatureUnit, pool, measure);
  }
}
