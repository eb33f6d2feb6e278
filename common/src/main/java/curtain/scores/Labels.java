package curtain.scores;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The labels of images by position. Scores by labels are over the images that have one.
 *
 * @param values class indices, null where there is no label
 */
public record Labels(List<Integer> values) {
  /** Keeps an unmodifiable view. */
  public Labels {
    values = java.util.Collections.unmodifiableList(values);
  }

  /** Which images have a label. */
  public boolean[] known() {
    boolean[] known = new boolean[values.size()];
    for (int i = 0; i < known.length; i++) {
      known[i] = values.get(i) != null;
    }
    return known;
  }

  /** The number of images that have a label. */
  public int count() {
    return (int) values.stream().filter(Objects::nonNull).count();
  }

  /** Whether all images have a label. */
  public boolean areWhole() {
    return count() == values.size();
  }

  /**
   * The label kernel 1[y = y'], centred over the images that have a label: 1[y = y'] - s(y) - s(y')
   * + sum_c s(c)^2, s(c) the share of class c.
   */
  CentredPairs centred() {
    Map<Integer, Integer> index = new TreeMap<>();
    values.stream().filter(Objects::nonNull).forEach(label -> index.put(label, 0));
    int next = 0;
    for (Map.Entry<Integer, Integer> entry : index.entrySet()) {
      entry.setValue(next++);
    }
    int[] classes = values.stream().mapToInt(y -> y == null ? -1 : index.get(y)).toArray();
    double[] shares = new double[next];
    for (int c : classes) {
      if (c >= 0) {
        shares[c]++;
      }
    }
    double count = count();
    for (int c = 0; c < next; c++) {
      shares[c] /= count;
    }
    double squares = Arrays.stream(shares).map(s -> s * s).sum();
    return new CentredPairs(
        count,
        (i, j) ->
            (classes[i] == classes[j] ? 1 : 0) - shares[classes[i]] - shares[classes[j]] + squares);
  }
}
