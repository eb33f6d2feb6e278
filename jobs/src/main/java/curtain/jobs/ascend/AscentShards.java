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
 * Decodes images, walks from each of them towards its targets and writes where the walks went. A
 * batch's images are taken so few at a time that their targets fill one micro-batch, and an image's
 * targets so few: only these walks are in memory. An image's row in it goes by its place among the
 * images, and an erroneous image leaves its row empty: some convolutions round differently in
 * another row, and walks are chaotic.
 *
 * @param programs one for each direction, in the order of rows, of one network
 * @param options size and transform
 * @param classes of the network, that labels are read by
 * @param goals logits or neurons that are raised
 * @param ascent how far
 * @param batchSize of micro-batches
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

  /** Images that are walked from at once. */
  private int together() {
    return Math.max(1, batchSize / goals.count());
  }

  /**
   * An image's place in its batch, erroneous images counted.
   *
   * @param first ordinal of the first batch's first image, which is no multiple of the batch where
   *     a run goes on with batches of another size
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

  /** Walks from a few images and writes; returns the number of images that gave results. */
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

  /** The same from one image whose targets are more than a micro-batch: as many at a time. */
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
        // also asks whether the task is still wanted
        progress.done(0, 0);
      }
      held.copyTo(rows);
    }
    return 1;
  }
}
