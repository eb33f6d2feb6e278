package curtain.jobs.stability;

import curtain.engine.LoadedProgram;
import curtain.engine.Machine;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.LabelledBatches;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.jobs.task.ProgramFile;
import curtain.stability.FrozenLogits;
import curtain.stability.StabilityKernel;
import curtain.stability.StabilitySums;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of a shard of {@code stability}: runs every checkpoint over the images in micro-batches,
 * which are cut by position in the shard. Sums are written at its end, logits with frozen gates
 * batch by batch.
 *
 * @param programs the compiled checkpoints, in order
 * @param writer names of checkpoints and gates
 * @param options size and transform of images
 * @param classes class list of the networks, by which labels are read
 * @param neurons whether activations are counted for each neuron, or for each channel
 * @param batch images of a micro-batch
 * @param reduction what merges the shards; it has the fixed targets
 */
record StabilityShards(
    List<ProgramFile> programs,
    StabilityTables writer,
    ImageOptions options,
    ClassList classes,
    boolean neurons,
    BatchSize batch,
    StabilityReduction reduction)
    implements ShardKernel {

  @Override
  public Machine machine() throws IOException {
    return programs.get(0).machine();
  }

  @Override
  public List<Table<?>> tables() {
    return StabilityTables.ALL;
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    List<LoadedProgram> loaded = new ArrayList<>();
    for (ProgramFile program : programs) {
      loaded.add(program.load());
    }
    StabilityKernel.prepare(loaded, writer.gatesFrom(), writer.temperature());
    return batch.run(
        programs.get(0),
        loaded.get(0),
        size -> {
          byte[] black = new byte[3 * options.size() * options.size()];
          try (StabilityKernel kernel = kernel(loaded, size, sums(loaded))) {
            kernel.run(Collections.nCopies(size, black), Collections.nCopies(size, targets(0)));
          }
        },
        size -> run(loaded, size, images, conf, rows, progress));
  }

  private StabilitySums sums(List<LoadedProgram> loaded) {
    return new StabilitySums(
        loaded.size(), writer.gatesFrom().size(), loaded.get(0).info().relus(), neurons);
  }

  private StabilityKernel kernel(List<LoadedProgram> loaded, int size, StabilitySums sums) {
    return new StabilityKernel(loaded, writer.gatesFrom(), size, writer.temperature(), sums);
  }

  private long run(
      List<LoadedProgram> loaded,
      int size,
      List<ImageRef> images,
      Configuration conf,
      Rows rows,
      Ticker progress)
      throws IOException {
    StabilitySums sums = sums(loaded);
    try (StabilityKernel kernel = kernel(loaded, size, sums);
        LabelledBatches batches =
            new LabelledBatches(images, options, classes, true, size, conf, rows, progress)) {
      while (batches.hasNext()) {
        List<Labelled> next = batches.next();
        if (!next.isEmpty()) {
          write(
              next,
              kernel.run(
                  next.stream().map(labelled -> labelled.image().pixels()).toList(),
                  next.stream().map(labelled -> targets(labelled.label())).toList()),
              rows);
          progress.done(next.size(), 0);
        }
      }
    }
    writer.write(sums, rows);
    return sums.images();
  }

  /** The targets of an image: its label, then the fixed classes. */
  private List<Integer> targets(Integer label) {
    List<Integer> targets = new ArrayList<>(List.of(label));
    targets.addAll(reduction.fixed());
    return targets;
  }

  /** Writes logits with frozen gates by image, weights, gates, kind of gate, then target. */
  private void write(List<Labelled> batch, FrozenLogits logits, Rows rows) throws IOException {
    List<String> names = writer.checkpoints();
    for (int i = 0; i < batch.size(); i++) {
      ImageRef ref = batch.get(i).image().ref();
      for (int t = 0; t < names.size(); t++) {
        if (!logits.finite(t, i)) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "checkpoint %s gives logits that are not finite for %s; leave it out of --checkpoints",
                  names.get(t),
                  ref.imageId()));
        }
        for (int s = 0; s < writer.gatesFrom().size(); s++) {
          for (boolean smooth : new boolean[] {false, true}) {
            for (int k = 0; k < logits.targets(i).size(); k++) {
              rows.write(
                  StabilityTables.FROZEN_GATES,
                  new FrozenGateRow(
                      ref.imageId(),
                      ref.ordinal(),
                      names.get(t),
                      names.get(writer.gatesFrom().get(s)),
                      smooth ? writer.gate() : StabilityTables.HARD,
                      logits.targets(i).get(k),
                      logits.logit(t, i, k),
                      logits.frozen(t, s, smooth, i, k)));
            }
          }
        }
      }
    }
  }
}
