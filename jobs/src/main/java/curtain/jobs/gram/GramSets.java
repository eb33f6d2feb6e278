package curtain.jobs.gram;

import curtain.images.source.ImageRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The images of a Gram matrix as one list: those of the rows, then those of the columns where there
 * is a second set. Ordinals count over both sets.
 *
 * @param images all images
 * @param rows number of images of the first set
 */
record GramSets(List<ImageRef> images, int rows) {

  /** The images of one set, or of two; the second may be null. */
  static GramSets of(List<ImageRef> rows, List<ImageRef> columns) {
    List<ImageRef> all = new ArrayList<>(rows);
    if (columns != null) {
      columns.forEach(ref -> all.add(ref.at(ref.ordinal() + rows.size())));
    }
    return new GramSets(List.copyOf(all), rows.size());
  }

  /** The image with the ordinal that it has in its own set. */
  static ImageRef original(ImageRef ref, long rows) {
    return ref.ordinal() < rows ? ref : ref.at(ref.ordinal() - rows);
  }
}
