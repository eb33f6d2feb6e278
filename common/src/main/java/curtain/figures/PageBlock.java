package curtain.figures;

import java.util.List;
import java.util.Optional;

/**
 * A block of a page: the pictures of one image, or rows of pairs of pictures.
 *
 * @param heading line above the block
 * @param input the image, left of the first row; or null where columns form pairs, with more room
 *     between pairs than within
 * @param rows one or more
 */
public record PageBlock(String heading, Cell input, List<Row> rows) {
  /**
   * One row of pictures.
   *
   * @param label text beside the row
   * @param cells pictures by column; an empty one leaves its place free
   */
  public record Row(String label, List<Optional<Cell>> cells) {
    /** Keeps a copy of the list. */
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /**
   * Keeps a copy of the list.
   *
   * @throws IllegalArgumentException where there is no row
   */
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

  /** One of its pictures, which all have the same size. */
  Picture picture() {
    return pairs()
        ? rows.get(0).cells().stream().flatMap(Optional::stream).findFirst().orElseThrow().picture()
        : input.picture();
  }
}
