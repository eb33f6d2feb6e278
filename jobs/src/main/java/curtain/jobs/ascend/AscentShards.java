package curtain.jobs.ascend;

import curtain.ascent.Ascent;
import curtain.ascent.AscentOptions;
import curtain.engine.Machine;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.HeldRows;
import curtain.jobs.task.LabelledBatches;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.jobs.task.Room;
import curtain.pullback.TargetChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of a shard of {@code curtain ascend}: decodes images, walks from each of them towards its
 * targets and writes the points. Images are taken in groups whose pairs of image and target fill
 * one micro-batch; an image with more targets than that is taken alone, its targets in groups. Only
 * these walks are in memory. The row of an image in the micro-batch follows from its ordinal, and
 * the row of an image that cannot be used stays black: some convolutions round differently in
 * another row, and walks amplify that.
 *
 * @param programs one for each direction, in the order of rows, of one network
 * @param options size and transform of images
 * @param classes class list of the network, by which labels are read
 * @param goals logits or neurons that are raised
 * @param ascent number, length and radius of steps
 * @param batchSize pairs of image and target in a micro-batch
 */
record AscentShards(
    List<AscentProgram> programs,
    ImageOptions options,
    ClassList classes,
    PullbackGoals goals,
    AscentOptions ascent,
    int batchSize)
    implements ShardKernel {

  @Override
  public Machine machine() {
    return programs.get(0).program().machine();
  }

  @Override
  public List<Table<?>> tables() {
    return List.of(AscentRow.TABLE, Table.ERRORS);
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    long first = images.isEmpty() ? 0 : images.get(0).ordinal();
    long results = 0;
    try (LabelledBatches batches =
            new LabelledBatches(
                images,
                options,
                classes,
                goals.targets().kind() == TargetChoice.Kind.LABEL,
                batchSize,
                conf,
                rows,
                progress);
        AscentWalks ways = new AscentWalks(programs, goals, ascent, batchSize)) {
      while (batches.hasNext()) {
        for (List<Labelled> part : parts(batches.next(), first)) {
          long done = ascend(ways, part, first, rows, progress);
          progress.done(done, part.size() - done);
          results += done;
        }
      }
    }
    return results;
  }

  /** Number of images in a group, whose walks run at once. */
  private int together() {
    return Math.max(1, batchSize / goals.count());
  }

  /**
   * The place of an image in its batch, counting images that cannot be used.
   *
   * @param first ordinal of the shard's first image; it need not be a multiple of the batch size,
   *     as a run may be resumed with another
   */
  private int place(Labelled image, long first) {
    return (int) ((image.image().ref().ordinal() - first) % batchSize);
  }

  private Collection<List<Labelled>> parts(List<Labelled> batch, long first) {
    return batch.stream()
        .collect(
            Collectors.groupingBy(
                image -> place(image, first) / together(), TreeMap::new, Collectors.toList()))
        .values();
  }

  /** Walks from a group of images and writes; returns the number of images that gave results. */
  private long ascend(
      AscentWalks ways, List<Labelled> images, long first, Rows rows, Ticker progress)
      throws IOException {
    int size = place(images.get(images.size() - 1), first) % together() + 1;
    byte[] black = new byte[images.get(0).image().pixels().length];
    List<byte[]> pixels = new ArrayList<>(Collections.nCopies(size, black));
    List<Integer> labels = new ArrayList<>(Collections.nCopies(size, 0));
    for (Labelled image : images) {
      pixels.set(place(image, first) % together(), image.image().pixels());
      labels.set(place(image, first) % together(), image.label());
    }
    List<List<Integer>> chosen = ways.classes(pixels, goals.targets().of(labels));
    if (goals.count() > ways.rows()) {
      return ascendInGroups(ways, images.get(0), chosen.get(0), rows, progress);
    }
    List<List<List<Ascent>>> walks = ways.walk(pixels, chosen);
    long results = 0;
    for (Labelled image : images) {
      if (ways.write(walks, place(image, first) % together(), image, rows)) {
        results++;
      } else {
        LabelledBatches.refuse(image.image().ref(), goals.notFinite(), rows);
      }
    }
    return results;
  }

  /** Walks from one image whose targets are more than a micro-batch holds, group by group. */
  private long ascendInGroups(
      AscentWalks ways, Labelled image, List<Integer> chosen, Rows rows, Ticker progress)
      throws IOException {
    List<byte[]> pixels = List.of(image.image().pixels());
    try (HeldRows held = new HeldRows()) {
      for (List<List<Integer>> group : Room.groups(List.of(chosen), ways.rows())) {
        if (!ways.write(ways.walk(pixels, group), 0, image, held)) {
          LabelledBatches.refuse(image.image().ref(), goals.notFinite(), rows);
          return 0;
        }
        // also ends the task if it was cancelled
        progress.done(0, 0);
      }
      held.copyTo(rows);
    }
    return 1;
  }
}
