package curtain.figures;

import java.util.List;
import java.util.Optional;

/**
 * What a page shows of one image, or of something else in pairs of pictures.
 *
 * @param heading stands above
 * @param input the image, left of the first row; null where the columns are pairs: each two stand
 *     closer to each other than to the next
 * @param rows one or more
 */
public record PageBlock(String heading, Cell input, List<Row> rows) {
  /**
   * One row of pictures.
   *
   * @param label stands beside it
   * @param cells by column; an empty one keeps its place
   */
  public record Row(String label, List<Optional<Cell>> cells) {
    /** Keeps a copy. */
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /** Keeps a copy. */
  public PageBlock {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(heading + " has no rows");
    }
  }

  /**
   * A block of pairs.
   *
   * @param rows one or more, the first with a picture
   */
  public static PageBlock ofPairs(String heading, List<Row> rows) {
    return new PageBlock(heading, null, rows);
  }

  /** Whether columns are pairs. */
  boolean pairs() {
    return input == null;
  }

  /** A picture of it, for the size. */
  Picture tile() {
    return pairs()
        ? rows.get(0).cells().stream().flatMap(Optional::stream).findFirst().orElseThrow().tile()
        : input.tile();
  }
}
