package curtain.figures;

import java.util.List;
import java.util.Optional;

/**
 * What a page shows of one image.
 *
 * @param heading stands above
 * @param input the image, left of the first row
 * @param rows one or more
 */
public record Block(String heading, Cell input, List<Row> rows) {
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
  public Block {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(heading + " has no rows");
    }
  }
}
