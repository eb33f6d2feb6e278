package curtain.jobs.measures;

import curtain.jobs.tables.Col;

/** A row of {@code measures_summary} (spec 12): a measure of a direction over all images. */
public record MeasureSummaryRow(
    @Col(doc = "`pullback`, `gradient`, `smoothgrad` or `integrated_gradients`") String direction,
    @Col(doc = "`--gate`, with its parameter; `hard` for all but pullbacks") String gate,
    @Col(doc = "T, in its unit; null for all but pullbacks") Double temperature,
    @Col(doc = "`--temperature-unit`; null for all but pullbacks") String temperatureUnit,
    @Col(doc = "`--pool`; `hard` for all but pullbacks") String pool,
    @Col(doc = "name of the measure") String measure,
    @Col(doc = "number of images for which the measure is defined") Long images,
    @Col(doc = "mean over these images; null where there is none") Double mean,
    @Col(doc = "standard error of the mean; null for fewer than two images") Double standardError,
    @Col(doc = "mean of the differences to the gradient, image by image; null for the gradient")
        Double difference,
    @Col(doc = "lower end of the difference's 95 % interval; null for the gradient")
        Double differenceLow,
    @Col(doc = "upper end of the difference's 95 % interval; null for the gradient")
        Double differenceHigh) {
  /** The measure and its direction. */
  Measured measured() {
    return new Measured(direction, gate, temperature, temperatureUnit, pool, measure);
  }
}
