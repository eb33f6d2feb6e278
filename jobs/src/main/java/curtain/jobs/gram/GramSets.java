package curtain.jobs.gram;

import curtain.images.source.ImageRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The images of a Gram matrix as one run over images takes them: the rows', and behind them the
 * columns' where there is a second set. Ordinals count over both.
 *
 * @param images all
 * @param rows number of the first set's
 */
record GramSets(List<ImageRef> images, int rows) {

  /** Of one set, or with a second that is not null of two. */
  static GramSets of(List<ImageRef> rows, List<ImageRef> columns) {
    List<ImageRef> all = new ArrayList<>(rows);
    if (columns != null) {
      columns.forEach(ref -> all.add(at(ref, ref.ordinal() + rows.size())));
    }
    return new GramSets(List.copyOf(all), rows.size());
  }

  /** The image as its own set numbers it. */
  static ImageRef original(ImageRef ref, long rows) {
    return ref.ordinal() < rows ? ref : at(ref, ref.ordinal() - rows);
  }

  private static ImageRef at(ImageRef ref, long ordinal) {
    return new ImageRef(
        ordinal,
        ref.imageId(),
        ref.directory(),
        ref.label(),
        ref.file(),
        ref.position(),
        ref.length(),
        ref.error());
  }
}
