package curtain.jobs.gram;

/** The K images most similar to one, the most similar first; equal ones by position. */
final class NearestImages {
  private final double[] similarities;
  private final long[] positions;
  private int size;

  /** Keeps at most this number of images. */
  NearestImages(int most) {
    similarities = new double[most];
    positions = new long[most];
  }

  /** Adds an image, if it is among the most similar so far. */
  void add(double similarity, long position) {
    if (size == similarities.length && (size == 0 || !before(similarity, position, size - 1))) {
      return;
    }
    int at = Math.min(size, similarities.length - 1);
    while (at > 0 && before(similarity, position, at - 1)) {
      similarities[at] = similarities[at - 1];
      positions[at] = positions[at - 1];
      at--;
    }
    similarities[at] = similarity;
    positions[at] = position;
    size = Math.min(size + 1, similarities.length);
  }

  private boolean before(double similarity, long position, int at) {
    return similarity > similarities[at]
        || (similarity == similarities[at] && position < positions[at]);
  }

  int size() {
    return size;
  }

  double similarity(int rank) {
    return similarities[rank];
  }

  long position(int rank) {
    return positions[rank];
  }
}
