package curtain.jobs.pullbacks;

import java.util.ArrayList;
import java.util.List;

/**
 * The images that excite a neuron most: those of the largest pre-activations, of equal ones the
 * earlier. Rows come in the order of {@code pullbacks/}; of an image's several the first counts,
 * for all have one pre-activation.
 */
final class MostExcited {
  private final int most;
  private final List<PullbackRow> rows = new ArrayList<>();
  private long last = -1;

  /** At most so many. */
  MostExcited(int most) {
    this.most = most;
  }

  /** Offers a row of the neuron; values are not needed. */
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

  /** A row for each image, the largest pre-activation's first. */
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
