package curtain.jobs.measures;

import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.statistics.Moments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes mean, standard error and difference to the gradient for every measure and direction
 * (spec 6), from all rows in their order, so that results do not depend on shards. An image counts
 * once: where it has several targets, with the mean over those whose value is defined. Differences
 * are taken target by target. The rows of one image are in memory at a time.
 */
record MeasuresReduction() implements Reduction {
  /** The target and measure by which a value of an image is paired with the gradient's. */
  private record Compared(int target, String measure) {}

  /** Moments of one direction and measure: of values, and of differences to the gradient. */
  private static final class Sums {
    private Moments values = Moments.NONE;
    private Moments differences = Moments.NONE;
  }

  /** The sum and number of an image's values over its targets. */
  private record OfImage(double sum, int count) {
    OfImage plus(double value) {
      return new OfImage(sum + value, count + 1);
    }
  }

  @Override
  public List<Table<?>> tables() {
    return List.of(MeasureRows.SUMMARY);
  }

  @Override
  public List<Table<?>> reads() {
    return List.of(MeasureRows.SUMMARY, MeasureRows.MEASURES);
  }

  @Override
  public void reduce(Parts parts, Rows rows) throws IOException {
    Map<Measured, Sums> sums = new LinkedHashMap<>();
    List<MeasureRow> image = new ArrayList<>();
    parts.forEach(
        MeasureRows.MEASURES,
        row -> {
          if (!image.isEmpty() && image.get(0).ordinal() != row.ordinal()) {
            add(image, sums);
            image.clear();
          }
          image.add(row);
        });
    add(image, sums);
    for (Map.Entry<Measured, Sums> entry : sums.entrySet()) {
      rows.write(MeasureRows.SUMMARY, row(entry.getKey(), entry.getValue()));
    }
  }

  private static MeasureSummaryRow row(Measured key, Sums sums) {
    Moments values = sums.values;
    Moments differences = sums.differences;
    boolean gradient = key.isGradient();
    Double difference = gradient || differences.count() == 0 ? null : (Double) differences.mean();
    Double error = gradient ? null : standardError(differences);
    return new MeasureSummaryRow(
        key.direction(),
        key.gate(),
        key.temperature(),
        key.temperatureUnit(),
        key.pool(),
        key.measure(),
        values.count(),
        values.count() == 0 ? null : values.mean(),
        standardError(values),
        difference,
        error == null ? null : difference - Moments.HALF_INTERVAL * error,
        error == null ? null : difference + Moments.HALF_INTERVAL * error);
  }

  /** The standard error of the mean; null for fewer than two numbers. */
  private static Double standardError(Moments moments) {
    double error = moments.standardError();
    return Double.isNaN(error) ? null : error;
  }

  private static void add(List<MeasureRow> image, Map<Measured, Sums> sums) {
    Map<Compared, Double> gradients = new HashMap<>();
    for (MeasureRow row : image) {
      if (row.measured().isGradient()) {
        gradients.put(new Compared(row.target(), row.measure()), row.value());
      }
    }
    Map<Measured, OfImage> values = new LinkedHashMap<>();
    Map<Measured, OfImage> differences = new LinkedHashMap<>();
    OfImage none = new OfImage(0, 0);
    for (MeasureRow row : image) {
      Measured key = row.measured();
      Double value = row.value();
      Double gradient = gradients.get(new Compared(row.target(), row.measure()));
      sums.computeIfAbsent(key, any -> new Sums());
      if (value != null) {
        values.merge(key, none.plus(value), (a, b) -> a.plus(value));
        if (gradient != null) {
          differences.merge(key, none.plus(value - gradient), (a, b) -> a.plus(value - gradient));
        }
      }
    }
    values.forEach(
        (key, each) -> {
          Sums own = sums.get(key);
          own.values = own.values.plus(each.sum() / each.count());
        });
    differences.forEach(
        (key, each) -> {
          Sums own = sums.get(key);
          own.differences = own.differences.plus(each.sum() / each.count());
        });
  }
}
