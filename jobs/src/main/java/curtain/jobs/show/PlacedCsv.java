package curtain.jobs.show;

import curtain.figures.GridPage.Placed;
import curtain.jobs.shards.FileOutput;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A CSV file on the pictures of pages, a row for each. Its first columns say where a picture lies:
 * page, from 1; row and column on the page, from 0; x, y, width, height, pixels. What it shows is
 * in the others.
 */
public final class PlacedCsv implements AutoCloseable {
  private static final List<String> PLACE =
      List.of("page", "row", "column", "x", "y", "width", "height");

  private final Csv csv;

  /**
   * Begins a file of this name among others.
   *
   * @param columns behind those of the place
   */
  public PlacedCsv(FileOutput output, String name, List<String> columns) throws IOException {
    this.csv = new Csv(output, name, Stream.concat(PLACE.stream(), columns.stream()).toList());
  }

  /**
   * Adds a picture.
   *
   * @param values for the columns behind those of the place
   */
  public void row(int page, Placed at, Object... values) throws IOException {
    Stream<Object> place =
        Stream.of(
            page,
            at.row(),
            at.column(),
            at.x(),
            at.y(),
            at.picture().width(),
            at.picture().height());
    csv.row(Stream.concat(place, Stream.of(values)).toArray());
  }

  /** Number of pictures so far. */
  public long rows() {
    return csv.rows();
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
