package curtain.jobs.task;

import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.jobs.shards.ShardKernel.Ticker;
import curtain.jobs.tables.ErrorRow;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The images of a shard in micro-batches, which are cut by position in the shard, images with
 * errors included. Those that cannot be used are written to {@code errors/} in the order of the
 * images. While a batch is computed the images of the next are decoded in a thread of its own.
 */
public final class LabelledBatches implements AutoCloseable {
  /**
   * A decoded image.
   *
   * @param image the image
   * @param label class of the image; null where there is none and none is needed
   */
  public record Labelled(DecodedImage image, Integer label) {}

  private final CloseableIterator<Outcome> outcomes;
  private final ClassList classes;
  private final boolean needLabels;
  private final int size;
  private final Rows rows;
  private final Ticker progress;

  /**
   * Opens the images.
   *
   * @param classes the network's classes, which labels are read by
   * @param needLabels whether an image whose label is not a class of the network is an error
   * @param size number of images in a batch, at least 1
   * @param rows takes rows of errors
   * @param progress told of images with errors only
   */
  public LabelledBatches(
      List<ImageRef> images,
      ImageOptions options,
      ClassList classes,
      boolean needLabels,
      int size,
      Configuration conf,
      Rows rows,
      Ticker progress) {
    this.outcomes = ReadAhead.of(ImageSet.load(images, options, conf), size);
    this.classes = classes;
    this.needLabels = needLabels;
    this.size = size;
    this.rows = rows;
    this.progress = progress;
  }

  /** Waits until it is known whether images are left, even if all of them have errors. */
  public boolean hasNext() {
    return outcomes.hasNext();
  }

  /**
   * The next batch, decoded, without its images with errors; it may be empty.
   *
   * @throws IOException when storage fails
   */
  public List<Labelled> next() throws IOException {
    List<Labelled> batch = new ArrayList<>(size);
    int errors = 0;
    for (int i = 0; i < size && outcomes.hasNext(); i++) {
      Outcome outcome = outcomes.next();
      String problem = take(outcome, batch);
      if (problem != null) {
        refuse(outcome.ref(), problem, rows);
        errors++;
      }
    }
    progress.done(0, errors);
    return batch;
  }

  /** Writes the row of {@code errors} of an image. */
  public static void refuse(ImageRef ref, String reason, Rows rows) throws IOException {
    rows.write(Table.ERRORS, new ErrorRow(ref.imageId(), ref.ordinal(), reason));
  }

  /** Adds an image to the batch, or returns the reason why it cannot be used. */
  private String take(Outcome outcome, List<Labelled> batch) {
    if (outcome instanceof ImageError error) {
      return error.reason();
    }
    DecodedImage image = (DecodedImage) outcome;
    Integer label = classes.label(image.ref());
    String problem = needLabels ? problem(image.ref(), label) : null;
    if (problem == null) {
      batch.add(new Labelled(image, label));
    }
    return problem;
  }

  /** The reason why an image's label cannot be its target, or null where it can. */
  private String problem(ImageRef ref, Integer label) {
    if (label == null) {
      String directory = classes.directoryOf(ref);
      return "no label for --targets label: "
          + (directory == null
              ? ref.told() ? "its source holds none" : "it lies in no directory"
              : "its directory or class, "
                  + directory
                  + ", is not in the class list; --labels names one");
    }
    if (label >= classes.size()) {
      return "label " + label + " is not within the network's 0.." + (classes.size() - 1);
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    outcomes.close();
  }
}
