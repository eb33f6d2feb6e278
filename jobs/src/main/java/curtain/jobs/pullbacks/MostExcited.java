package curtain.jobs.pullbacks;

import java.util.ArrayList;
import java.util.List;

/**
 * The images at which a neuron's pre-activation is largest; among equal ones the earlier come
 * first. Rows are added in the order of {@code pullbacks/}. The first row of an image counts, as
 * all of them have the same pre-activation.
 */
final class MostExcited {
  private final int most;
  private final List<PullbackRow> rows = new ArrayList<>();
  private long last = -1;

  /** Keeps at most this number of images. */
  MostExcited(int most) {
    this.most = most;
  }

  /** Adds a row of the neuron; its shape and pullback may be null. */
  void add(PullbackRow row) {
    if (row.ordinal() == last) {
      return;
    }
    last = row.ordinal();
    int at = rows.size();
    while (at > 0 && rows.get(at - 1).logit() < row.logit()) {
      at--;
    }
    rows.add(at, row);
    if (rows.size() > most) {
      rows.remove(most);
    }
  }

  /** One row for each image, by descending pre-activation. */
  List<PullbackRow> rows() {
    return rows;
  }

  /** An image's rank from 0, -1 where it is not among them. */
  int rank(long ordinal) {
    for (int rank = 0; rank < rows.size(); rank++) {
      if (rows.get(rank).ordinal() == ordinal) {
        return rank;
      }
    }
    return -1;
  }
}
