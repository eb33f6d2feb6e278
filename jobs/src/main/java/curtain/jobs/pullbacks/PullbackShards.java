package curtain.jobs.pullbacks;

import curtain.engine.LoadedProgram;
import curtain.engine.Machine;
import curtain.images.ClassList;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.HeldRows;
import curtain.jobs.task.LabelledBatches;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Room;
import curtain.pullback.Extra;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import curtain.pullback.TargetChoice;
import curtain.pullback.Targets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of a shard of {@code pullbacks}: decodes images, computes their pullbacks in micro-batches
 * and writes them. Memory: one batch of images, and the pullbacks of as many of its targets as
 * {@code room} has place for.
 *
 * @param program the compiled network
 * @param options size and transform of images
 * @param classes class list of the network, by which labels are read
 * @param goals logits or neurons that are pulled back
 * @param temperatures temperatures of gates and pools
 * @param store how pullbacks are kept
 * @param gradient what is made of the vanilla gradient
 * @param keepDecisions whether signs and selections are kept
 * @param batch images of a micro-batch
 * @param room number of targets, of all images of a batch, whose pullbacks fit into memory at once
 */
record PullbackShards(
    ProgramFile program,
    ImageOptions options,
    ClassList classes,
    PullbackGoals goals,
    TemperatureChoice temperatures,
    Store store,
    GradientUse gradient,
    boolean keepDecisions,
    BatchSize batch,
    int room)
    implements ShardKernel {

  @Override
  public Machine machine() throws IOException {
    return program.machine();
  }

  @Override
  public List<Table<?>> tables() {
    Table<PullbackRow> pullbacks = PullbackRows.table(store);
    return keepDecisions
        ? List.of(pullbacks, PullbackRows.DECISIONS, Table.ERRORS)
        : List.of(pullbacks, Table.ERRORS);
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    LoadedProgram loaded = program.load();
    // a CPU has nothing to copy, and rounds behind norms and cosines
    boolean halves = store == Store.FLOAT16 && loaded.device().isGpu();
    Set<Extra> extras = gradient.extras(keepDecisions, halves);
    return batch.run(
        program,
        loaded,
        size -> {
          try (PullbackKernel kernel =
              new PullbackKernel(loaded, size, temperatures.temperatures(), extras)) {
            byte[] black = new byte[3 * options.size() * options.size()];
            List<List<Integer>> classes =
                Collections.nCopies(
                    size, Collections.nCopies(Math.min(goals.count(), together(size)), 0));
            kernel.run(Collections.nCopies(size, black), Targets.of(classes));
          }
        },
        size -> run(loaded, extras, size, images, conf, rows, progress));
  }

  /** Number of targets of each image of a batch whose pullbacks are in memory at once. */
  private int together(int size) {
    return Math.max(1, room / size);
  }

  private long run(
      LoadedProgram loaded,
      Set<Extra> extras,
      int size,
      List<ImageRef> images,
      Configuration conf,
      Rows rows,
      Ticker progress)
      throws IOException {
    PullbackRows writer =
        new PullbackRows(
            store, temperatures.factors(), temperatures.unit(), gradient, goals, loaded.info());
    long results = 0;
    try (PullbackKernel kernel =
            new PullbackKernel(loaded, size, temperatures.temperatures(), extras);
        LabelledBatches batches =
            new LabelledBatches(
                images,
                options,
                classes,
                goals.targets().kind() == TargetChoice.Kind.LABEL,
                size,
                conf,
                rows,
                progress)) {
      Work work = new Work(kernel, together(size), writer, rows, progress);
      while (batches.hasNext()) {
        results += pullBack(work, batches.next());
      }
    }
    return results;
  }

  /** What a shard computes pullbacks with, and where it writes them. */
  private record Work(
      PullbackKernel kernel, int together, PullbackRows writer, Rows rows, Ticker progress) {}

  /** Computes and writes a batch; returns the number of images that gave results. */
  private long pullBack(Work work, List<Labelled> batch) throws IOException {
    if (batch.isEmpty()) {
      return 0;
    }
    List<byte[]> pixels = batch.stream().map(labelled -> labelled.image().pixels()).toList();
    Targets targets = goals.targets().of(batch.stream().map(Labelled::label).toList());
    List<String> problems = new ArrayList<>(Collections.nCopies(batch.size(), null));
    if (targets.count() <= work.together()) {
      List<Rows> into = Collections.nCopies(batch.size(), work.rows());
      write(work, batch, work.kernel().run(pixels, targets), into, problems, true);
    } else {
      pullBackInGroups(work, batch, pixels, targets, problems);
    }
    long results = 0;
    for (int i = 0; i < batch.size(); i++) {
      if (problems.get(i) == null) {
        results++;
      } else {
        LabelledBatches.refuse(batch.get(i).image().ref(), problems.get(i), work.rows());
      }
    }
    work.progress().done(results, batch.size() - results);
    return results;
  }

  /**
   * Computes and writes a batch, group of targets by group, where the pullbacks of all targets do
   * not fit in memory. Rows are held on disk until all groups are done, as a later one may fail.
   */
  private void pullBackInGroups(
      Work work, List<Labelled> batch, List<byte[]> pixels, Targets targets, List<String> problems)
      throws IOException {
    List<HeldRows> held = new ArrayList<>();
    try {
      for (int i = 0; i < batch.size(); i++) {
        held.add(new HeldRows());
      }
      boolean first = true;
      for (List<List<Integer>> group :
          Room.groups(work.kernel().classes(pixels, targets), work.together())) {
        List<ImagePullbacks> computed = work.kernel().run(pixels, Targets.of(group));
        write(work, batch, computed, held, problems, first);
        first = false;
        // also asks whether the task is still wanted
        work.progress().done(0, 0);
      }
      for (int i = 0; i < batch.size(); i++) {
        if (problems.get(i) == null) {
          held.get(i).copyTo(work.rows());
        }
        held.get(i).close();
      }
    } finally {
      for (HeldRows each : held) {
        each.close();
      }
    }
  }

  /**
   * Writes what was computed for a batch.
   *
   * @param into where each image's rows go
   * @param problems for each image why it gives no result, or null; problems found here are set
   * @param first whether this is the first group of targets, with which decisions are written
   */
  private static void write(
      Work work,
      List<Labelled> batch,
      List<ImagePullbacks> computed,
      List<? extends Rows> into,
      List<String> problems,
      boolean first)
      throws IOException {
    for (int i = 0; i < batch.size(); i++) {
      DecodedImage image = batch.get(i).image();
      if (problems.get(i) == null) {
        problems.set(i, work.writer().problem(computed.get(i)));
      }
      if (problems.get(i) == null) {
        work.writer().write(into.get(i), image, batch.get(i).label(), computed.get(i));
        if (first) {
          work.writer().writeDecisions(into.get(i), image, computed.get(i));
        }
      }
    }
  }
}
