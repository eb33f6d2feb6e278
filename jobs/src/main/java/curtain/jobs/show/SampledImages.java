package curtain.jobs.show;

import curtain.figures.Picture;
import curtain.jobs.shards.RunException;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The images of an output that a page shows one by one, each with its rows: some at equal distances
 * in the set. An image has one picture, a row two.
 *
 * @param images number of all
 * @param first the first row of each that is shown, in order, by image_id
 * @param counts the number of rows of each
 * @param perImage the most rows of an image that are shown
 */
public record SampledImages<R extends SampledImages.Row>(
    int images, Map<String, R> first, Map<String, Integer> counts, int perImage) {
  private static final int PICTURES_OF_A_ROW = 2;

  /** A row of a table, of an image. */
  public interface Row {
    /** Name of the image. */
    String imageId();

    /** Its place in the set. */
    long ordinal();

    /** Its class, or null. */
    Integer label();
  }

  /** Rows, those of an image together and images in order. */
  public interface Rows<R> extends Closeable {
    /** The next row, null after the last. */
    R next() throws IOException;
  }

  /** What can be read several times. */
  public interface Source<R> {
    /** Begins at the first row. */
    Rows<R> open() throws IOException, RunException;
  }

  /** How an image and its rows are shown. */
  public interface View<R> {
    /**
     * The image.
     *
     * @return null where images are not shown at all
     * @throws RunException where it cannot be shown
     */
    Picture image(R first) throws RunException;

    /** Writes members of a row's object. */
    void row(R row, Picture image, ReportJson json) throws IOException;

    /** Writes more members of the image's object, when all its rows are written. */
    default void end(ReportJson json) throws IOException {}
  }

  /**
   * Chooses images by two passes over the rows.
   *
   * @param source of all rows, without their values
   */
  public static <R extends Row> SampledImages<R> read(Source<R> source, ReportRoom room)
      throws IOException, RunException {
    int images = 0;
    long last = -1;
    try (Rows<R> rows = source.open()) {
      for (R row = rows.next(); row != null; row = rows.next()) {
        images += row.ordinal() != last ? 1 : 0;
        last = row.ordinal();
      }
    }
    int[] places = Spread.of(images, room.images(1 + PICTURES_OF_A_ROW));
    Map<String, R> first = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    int place = -1;
    last = -1;
    try (Rows<R> rows = source.open()) {
      for (R row = rows.next(); row != null; row = rows.next()) {
        place += row.ordinal() != last ? 1 : 0;
        last = row.ordinal();
        if (Spread.has(places, place)) {
          first.putIfAbsent(row.imageId(), row);
          counts.merge(row.imageId(), 1, Integer::sum);
        }
      }
    }
    int perImage = Math.max(1, room.most() / Math.max(1, 1 + first.size()) / PICTURES_OF_A_ROW);
    return new SampledImages<>(images, first, counts, perImage);
  }

  /** Number of pictures that are shown. */
  public int pictures() {
    int rows = counts.values().stream().mapToInt(n -> Math.min(n, perImage)).sum();
    return PICTURES_OF_A_ROW * rows + counts.size();
  }

  /** How many images there are, and how many are shown: a sentence. */
  public String sentence() {
    if (images == 0) {
      return "No image could be used.";
    }
    String shown =
        counts.size() < images
            ? String.format(
                Locale.ROOT,
                "%,d of %,d images are in this page, at equal distances in the set",
                counts.size(),
                images)
            : "All " + Counted.of(images, "image");
    boolean cut = counts.values().stream().anyMatch(count -> count > perImage);
    return cut
        ? String.format(Locale.ROOT, "%s; of each the first %,d rows.", shown, perImage)
        : shown + ".";
  }

  /**
   * Writes the images, one after the other, as the member {@code items}.
   *
   * @param source of the chosen images' rows
   * @param notShown gets the images that cannot be shown
   */
  public void write(
      Source<R> source,
      View<R> view,
      ClassNames names,
      ReportRoom room,
      NotShown notShown,
      ReportJson json)
      throws IOException, RunException {
    json.beginArray("items");
    if (!first.isEmpty()) { // else the source would be of all rows
      try (Rows<R> rows = source.open()) {
        R row = rows.next();
        while (row != null) {
          row = item(row, rows, view, names, room, notShown, json);
        }
      }
    }
    json.endArray();
  }

  /** Writes an image; returns the first row of the next. */
  private R item(
      R begin,
      Rows<R> rows,
      View<R> view,
      ClassNames names,
      ReportRoom room,
      NotShown notShown,
      ReportJson json)
      throws IOException {
    Picture image = null;
    String missing = null;
    try {
      image = view.image(begin);
    } catch (RunException | RuntimeException e) {
      missing = NotShown.why(e);
      notShown.add("images", missing);
    }
    json.begin();
    json.put("id", begin.imageId());
    json.put("label", begin.label() == null ? null : names.title(begin.label()));
    json.put("missing", missing);
    if (image != null) {
      json.put("picture", room.fitted(image, pictures()));
    }
    json.beginArray("rows");
    R row = begin;
    for (int i = 0; row != null && row.imageId().equals(begin.imageId()); row = rows.next(), i++) {
      if (i < perImage) {
        json.begin();
        view.row(row, image, json);
        json.end();
      }
    }
    json.endArray();
    view.end(json);
    json.end();
    return row;
  }
}
