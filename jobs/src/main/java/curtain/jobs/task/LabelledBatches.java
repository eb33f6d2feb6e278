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
 * A shard's images in micro-batches, which are cut by position in the shard, erroneous images
 * included. Images that give no result are written to {@code errors/} as they come.
 */
public final class LabelledBatches implements AutoCloseable {
  /**
   * A decoded image.
   *
   * @param label null where there is none and none is needed
   */
  public record Labelled(DecodedImage image, Integer label) {}

  private final CloseableIterator<Outcome> outcomes;
  private final ClassList classes;
  private final boolean needLabels;
  private final int size;
  private final Rows rows;
  private final Ticker progress;

  /**
   * Begins to decode.
   *
   * @param classes of the network, that labels are read by
   * @param needLabels whether an image whose label is no class of the network is an error
   * @param size of a batch, at least 1
   * @param rows takes rows of errors
   * @param progress is told of errors only
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
    this.outcomes = ImageSet.load(images, options, conf);
    this.classes = classes;
    this.needLabels = needLabels;
    this.size = size;
    this.rows = rows;
    this.progress = progress;
  }

  /** Whether images are left, if only erroneous ones. */
  public boolean hasNext() {
    return outcomes.hasNext();
  }

  /**
   * The next batch, without its erroneous images: maybe empty.
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

  /** Writes why an image gives no result. */
  public static void refuse(ImageRef ref, String reason, Rows rows) throws IOException {
    rows.write(Table.ERRORS, new ErrorRow(ref.imageId(), ref.ordinal(), reason));
  }

  /** Adds an image to the batch, or says why it has no result. */
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

  /** Why an image's label cannot be its target, or null where it can. */
  private String problem(ImageRef ref, Integer label) {
    if (label == null) {
      return "no label for --targets label: "
          + (ref.directory() == null
              ? "it lies in no directory"
              : "its directory " + ref.directory() + " is not in the class list");
    }
    if (label < 0 || label >= classes.size()) {
      return "label " + label + " is not within the network's 0.." + (classes.size() - 1);
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    outcomes.close();
  }
}
