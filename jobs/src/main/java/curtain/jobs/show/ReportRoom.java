package curtain.jobs.show;

import curtain.figures.Picture;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * What a section may take of the page, and what it needs to read.
 *
 * @param images number of those to show one by one that was asked for
 * @param pictures bytes of all pictures of the section, about
 * @param cells sides of a heat map, the most
 * @param labels class list of {@code --labels}, or null for the run's
 */
public record ReportRoom(int images, long pictures, int cells, String labels, Configuration conf) {
  /** Bytes of a pixel of a pullback, as PNG in base64; 4 of pure noise. */
  private static final double PIXEL = 3.2;

  /** Bytes of pictures, and cells of a heat map's side, below which nothing is gained. */
  private static final long LEAST_PICTURES = 10_000;

  private static final int LEAST_CELLS = 16;

  private static final int LEAST_SIDE = 32;
  private static final int LARGEST_SIDE = 160;

  /** Half the images, half the bytes of pictures, half the cells; nothing goes below the least. */
  public ReportRoom smaller() {
    return new ReportRoom(
        Math.max(1, Math.min(images, most()) / 2),
        Math.max(Math.min(pictures, LEAST_PICTURES), pictures / 2),
        Math.max(Math.min(cells, LEAST_CELLS), (int) (cells * Math.sqrt(0.5))),
        labels,
        conf);
  }

  /** Whether {@link #smaller} is the same. */
  public boolean isLeast() {
    return images == 1 && pictures <= LEAST_PICTURES && cells <= LEAST_CELLS;
  }

  /** What is less in a page with this room than was asked for. */
  public String reduced() {
    return String.format(
        Locale.ROOT,
        "with all that was asked for the page would be larger than 15 MB: it has at most %s of each output, smaller pictures, and heat maps of at most %d x %d cells",
        images == 1 ? "1 image" : images + " images",
        cells,
        cells);
  }

  /** The most pictures for which there is room. */
  public int most() {
    return (int) (pictures / (PIXEL * LEAST_SIDE * LEAST_SIDE));
  }

  /**
   * Images that are shown one by one: those asked for, as far as there is room.
   *
   * @param least pictures of each
   */
  public int images(int least) {
    return Math.max(1, Math.min(images, most() / least));
  }

  /**
   * A picture that fits, smaller where it must be.
   *
   * @param count of the section's pictures
   */
  public Picture fitted(Picture picture, int count) {
    double fits = Math.sqrt(pictures / (PIXEL * Math.max(1, count)));
    int side = (int) Math.max(LEAST_SIDE, Math.min(LARGEST_SIDE, fits));
    return Math.max(picture.width(), picture.height()) > side
        ? PictureSize.resized(picture, side)
        : picture;
  }
}
