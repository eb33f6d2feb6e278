package curtain.jobs.measures;

import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.measures.Attribution;
import curtain.statistics.Moments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Mean, standard error and difference to the gradient of every measure and direction, from all rows
 * in their order, so that no bit depends on how images were cut into pieces. An image counts once:
 * where it has several targets, with the mean over those whose value is defined. Differences are
 * taken target by target. One image's rows are in memory at a time.
 */
record MeasuresReduction() implements Reduction {
  private static final int TARGET = 3;
  private static final int DIRECTION = 4;
  private static final int MEASURE = 9;
  private static final int VALUE = 10;

  /** Of a direction and a measure: values, and differences to the gradient's. */
  private static final class Sums {
    private Moments values = Moments.NONE;
    private Moments differences = Moments.NONE;
  }

  /** Means over an image's targets, until they are added. */
  private record OfImage(double sum, int count) {
    OfImage plus(double value) {
      return new OfImage(sum + value, count + 1);
    }
  }

  @Override
  public List<Table> tables() {
    return List.of(MeasureRows.SUMMARY);
  }

  @Override
  public void reduce(Parts parts, Rows rows) throws IOException {
    Map<List<Object>, Sums> sums = new LinkedHashMap<>();
    List<Object[]> image = new ArrayList<>();
    parts.forEach(
        MeasureRows.MEASURES,
        row -> {
          if (!image.isEmpty() && !image.get(0)[1].equals(row[1])) {
            add(image, sums);
            image.clear();
          }
          image.add(row);
        });
    add(image, sums);
    for (Map.Entry<List<Object>, Sums> entry : sums.entrySet()) {
      List<Object> row = new ArrayList<>(entry.getKey());
      Moments values = entry.getValue().values;
      Moments differences = entry.getValue().differences;
      boolean gradient = row.get(0).equals(Attribution.GRADIENT.toString());
      Double difference = gradient || differences.count() == 0 ? null : differences.mean();
      Double error = gradient ? null : standardError(differences);
      row.add(values.count());
      row.add(values.count() == 0 ? null : values.mean());
      row.add(standardError(values));
      row.add(difference);
      row.add(error == null ? null : difference - Moments.HALF_INTERVAL * error);
      row.add(error == null ? null : difference + Moments.HALF_INTERVAL * error);
      rows.write(MeasureRows.SUMMARY, row.toArray());
    }
  }

  /** Of the mean; null for fewer than two numbers. */
  private static Double standardError(Moments moments) {
    double error = moments.standardError();
    return Double.isNaN(error) ? null : error;
  }

  private static List<Object> key(Object[] row) {
    return Arrays.asList(Arrays.copyOfRange(row, DIRECTION, MEASURE + 1));
  }

  private static void add(List<Object[]> image, Map<List<Object>, Sums> sums) {
    Map<List<Object>, Double> gradients = new HashMap<>();
    for (Object[] row : image) {
      if (row[DIRECTION].equals(Attribution.GRADIENT.toString())) {
        gradients.put(Arrays.asList(row[TARGET], row[MEASURE]), (Double) row[VALUE]);
      }
    }
    Map<List<Object>, OfImage> values = new LinkedHashMap<>();
    Map<List<Object>, OfImage> differences = new LinkedHashMap<>();
    OfImage none = new OfImage(0, 0);
    for (Object[] row : image) {
      List<Object> key = key(row);
      Double value = (Double) row[VALUE];
      Double gradient = gradients.get(Arrays.asList(row[TARGET], row[MEASURE]));
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
