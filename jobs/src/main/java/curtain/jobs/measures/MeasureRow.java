package curtain.jobs.measures;

import curtain.jobs.tables.Col;

/**
 * A row of the table of measures (spec 12): one measure of a direction, for an image and target.
 */
record MeasureRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "the class whose logit the direction is of") int target,
    @Col(doc = "`pullback`, `gradient`, `smoothgrad` or `integrated_gradients`") String direction,
    @Col(doc = "`--gate`, with its parameter; `hard` for all but pullbacks") String gate,
    @Col(doc = "T, in its unit; null for all but pullbacks") Double temperature,
    @Col(doc = "`--temperature-unit`; null for all but pullbacks") String temperatureUnit,
    @Col(doc = "`--pool`; `hard` for all but pullbacks") String pool,
    @Col(doc = "name of the measure") String measure,
    @Col(doc = "value of the measure; null where it is not defined") Double value) {
  /** The measure and its direction, by which the summary groups rows. */
  Measured measured() {
    return new Measured(direction, gate, temperature, temperatureUnit, pool, measure);
  }
}
