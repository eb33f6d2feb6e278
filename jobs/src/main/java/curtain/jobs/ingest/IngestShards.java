package curtain.jobs.ingest;

import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.shards.TaskTimes;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.LabelledBatches;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of a shard of {@code ingest}: decodes images and writes their pixels.
 *
 * @param options size and transform of images
 * @param classes class list by which labels are read
 * @param chosen whether the user named the list, and so means its labels for every later command
 */
record IngestShards(ImageOptions options, ClassList classes, boolean chosen)
    implements ShardKernel {
  @Override
  public List<Table<?>> tables() {
    return List.of(ImageRow.TABLE, Table.ERRORS);
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    long decoded = 0;
    TaskTimes times = TaskTimes.ofThisThread();
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(images, options, conf)) {
      long since = System.nanoTime();
      while (outcomes.hasNext()) {
        Outcome outcome = outcomes.next();
        times.own(TaskTimes.Part.DECODE, since);
        if (outcome instanceof DecodedImage image) {
          Integer label = classes.label(image.ref());
          rows.write(
              ImageRow.TABLE,
              new ImageRow(
                  image.ref().imageId(),
                  image.ref().ordinal(),
                  label,
                  chosen && label != null ? label.toString() : sourceLabel(image.ref()),
                  image.width(),
                  image.height(),
                  options.transform().option(),
                  image.shape(),
                  image.pixels()));
          decoded++;
          progress.done(1, 0);
        } else if (outcome instanceof ImageError error) {
          LabelledBatches.refuse(error.ref(), error.reason(), rows);
          progress.done(0, 1);
        }
        since = System.nanoTime();
      }
    }
    return decoded;
  }

  /** What a source holds as an image's label, see {@link ImageRow}. */
  private static String sourceLabel(ImageRef image) {
    if (!image.told()) {
      return null;
    }
    if (image.label() != null) {
      return image.label().toString();
    }
    return image.directory() == null ? "" : image.directory();
  }
}
