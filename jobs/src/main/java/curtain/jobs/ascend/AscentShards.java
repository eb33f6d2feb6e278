package curtain.jobs.ascend;

import curtain.ascent.Ascent;
import curtain.ascent.AscentOptions;
import curtain.engine.LoadedProgram;
import curtain.engine.Machine;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.HeldRows;
import curtain.jobs.task.LabelledBatches;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.jobs.task.Room;
import curtain.pullback.PullbackKernel;
import curtain.pullback.TargetChoice;
import curtain.pullback.Targets;
import curtain.pullback.Temperatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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
 * @param batch pairs of image and target in a micro-batch
 */
record AscentShards(
    List<AscentProgram> programs,
    ImageOptions options,
    ClassList classes,
    PullbackGoals goals,
    AscentOptions ascent,
    BatchSize batch)
    implements ShardKernel {

  @Override
  public Machine machine() throws IOException {
    return programs.get(0).program().machine();
  }

  @Override
  public List<Table<?>> tables() {
    return List.of(AscentRow.TABLE, Table.ERRORS);
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    AscentProgram one = programs.get(0);
    LoadedProgram loaded = one.program().load();
    return batch.run(
        one.program(),
        loaded,
        size -> {
          Temperatures any = Temperatures.uniform(List.of(1.0), loaded.info().relus().size());
          try (PullbackKernel kernel = new PullbackKernel(loaded, size, any, Set.of())) {
            byte[] black = new byte[3 * options.size() * options.size()];
            kernel.run(
                Collections.nCopies(size, black),
                Targets.of(Collections.nCopies(size, List.of(0))));
          }
        },
        size -> run(size, images, conf, rows, progress));
  }

  private long run(int size, List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    Places places =
        new Places(
            images.isEmpty() ? 0 : images.get(0).ordinal(),
            size,
            Math.max(1, size / goals.count()));
    long results = 0;
    try (LabelledBatches batches =
            new LabelledBatches(
                images,
                options,
                classes,
                goals.targets().kind() == TargetChoice.Kind.LABEL,
                size,
                conf,
                rows,
                progress);
        AscentWalks ways = new AscentWalks(programs, goals, ascent, size)) {
      while (batches.hasNext()) {
        for (List<Labelled> part : parts(batches.next(), places)) {
          long done = ascend(ways, part, places, rows, progress);
          progress.done(done, part.size() - done);
          results += done;
        }
      }
    }
    return results;
  }

  /**
   * The places of a shard's images in their batches, counting images that cannot be used.
   *
   * @param first ordinal of the shard's first image; it need not be a multiple of the batch size,
   *     as a run may be resumed with another
   * @param size pairs of image and target in a batch
   * @param together number of images in a group, whose walks run at once
   */
  private record Places(long first, int size, int together) {
    private int inBatch(Labelled image) {
      return (int) ((image.image().ref().ordinal() - first) % size);
    }

    int group(Labelled image) {
      return inBatch(image) / together;
    }

    int inGroup(Labelled image) {
      return inBatch(image) % together;
    }
  }

  private static Collection<List<Labelled>> parts(List<Labelled> images, Places places) {
    return images.stream()
        .collect(Collectors.groupingBy(places::group, TreeMap::new, Collectors.toList()))
        .values();
  }

  /** Walks from a group of images and writes; returns the number of images that gave results. */
  private long ascend(
      AscentWalks ways, List<Labelled> images, Places places, Rows rows, Ticker progress)
      throws IOException {
    int size = places.inGroup(images.get(images.size() - 1)) + 1;
    byte[] black = new byte[images.get(0).image().pixels().length];
    List<byte[]> pixels = new ArrayList<>(Collections.nCopies(size, black));
    List<Integer> labels = new ArrayList<>(Collections.nCopies(size, 0));
    for (Labelled image : images) {
      pixels.set(places.inGroup(image), image.image().pixels());
      labels.set(places.inGroup(image), image.label());
    }
    List<List<Integer>> chosen = ways.classes(pixels, goals.targets().of(labels));
    if (goals.count() > ways.rows()) {
      return ascendInGroups(ways, images.get(0), chosen.get(0), rows, progress);
    }
    List<List<List<Ascent>>> walks = ways.walk(pixels, chosen);
    long results = 0;
    for (Labelled image : images) {
      if (ways.write(walks, places.inGroup(image), image, rows)) {
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
