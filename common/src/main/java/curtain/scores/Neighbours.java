package curtain.scores;

import java.util.Arrays;

/**
 * The most similar columns of every row, from blocks in any order [spec 7]: the largest similarity
 * first, equal ones by position. In a symmetric matrix an image is not its own neighbour. Memory:
 * 12 bytes for each neighbour.
 */
public final class Neighbours {
  private final int most;
  private final boolean[] candidates;
  private final double[] similarities;
  private final int[] positions;
  private final int[] counts;

  /**
   * Begins without neighbours.
   *
   * @param rows number of rows
   * @param most number of neighbours kept for each row, at least 1
   * @param candidates whether each column may be a neighbour; not copied
   */
  public Neighbours(int rows, int most, boolean[] candidates) {
    this.most = Math.max(1, Math.min(most, candidates.length));
    this.candidates = candidates;
    this.similarities = new double[Math.multiplyExact(rows, this.most)];
    this.positions = new int[similarities.length];
    this.counts = new int[rows];
  }

  /**
   * Takes a block.
   *
   * @param symmetric whether rows and columns are the same images
   * @param mirrored whether the block also stands for its mirror image
   */
  public void add(MatrixBlock block, boolean symmetric, boolean mirrored) {
    for (int i = 0, at = 0; i < block.rows(); i++) {
      int row = block.rowStart() + i;
      for (int j = 0; j < block.cols(); j++, at++) {
        int col = block.colStart() + j;
        if (!symmetric || row != col) {
          add(row, col, block.values()[at]);
          if (mirrored) {
            add(col, row, block.values()[at]);
          }
        }
      }
    }
  }

  private void add(int row, int col, double similarity) {
    if (!candidates[col]) {
      return;
    }
    int base = row * most;
    int place = counts[row];
    if (place == most) {
      if (!isBefore(similarity, col, base + most - 1)) {
        return;
      }
      place--;
    } else {
      counts[row]++;
    }
    for (; place > 0 && isBefore(similarity, col, base + place - 1); place--) {
      similarities[base + place] = similarities[base + place - 1];
      positions[base + place] = positions[base + place - 1];
    }
    similarities[base + place] = similarity;
    positions[base + place] = col;
  }

  private boolean isBefore(double similarity, int position, int at) {
    return similarity > similarities[at]
        || (similarity == similarities[at] && position < positions[at]);
  }

  /** The number of neighbours kept for a row, fewer than asked for where there are no more. */
  public int count(int row) {
    return counts[row];
  }

  /** The column of a row's neighbour of this rank, from 0. */
  public int position(int row, int rank) {
    return positions[row * most + rank];
  }

  /** The similarity of a row's neighbour of this rank, from 0. */
  public double similarity(int row, int rank) {
    return similarities[row * most + rank];
  }

  /**
   * The share of labelled rows whose k nearest neighbours elect their label: the label that most of
   * them have, of equally many the one whose nearest is nearer.
   *
   * @param k number of neighbours that vote
   * @param rows labels of the rows
   * @param columns labels of the columns, known for all candidates
   * @return the share, or null where no row has a label, or a labelled one has fewer than k
   *     neighbours
   */
  public Double accuracy(int k, Labels rows, Labels columns) {
    int judged = 0;
    int right = 0;
    for (int row = 0; row < counts.length; row++) {
      Integer label = rows.values().get(row);
      if (label == null) {
        continue;
      }
      if (counts[row] < k) {
        return null;
      }
      int[] votes = new int[k];
      for (int rank = 0; rank < k; rank++) {
        votes[rank] = columns.values().get(position(row, rank));
      }
      judged++;
      right += elected(votes) == label ? 1 : 0;
    }
    return judged == 0 ? null : (double) right / judged;
  }

  private static int elected(int[] votes) {
    int best = 0;
    long most = 0;
    for (int vote : votes) {
      long count = Arrays.stream(votes).filter(other -> other == vote).count();
      if (count > most) {
        most = count;
        best = vote;
      }
    }
    return best;
  }
}
