package curtain.jobs.measures;

import curtain.engine.LoadedProgram;
import curtain.engine.Machine;
import curtain.images.ClassList;
import curtain.images.Masks;
import curtain.images.source.BadImageException;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.shards.Reduction;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.LabelledBatches;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.jobs.task.ProgramFile;
import curtain.measures.ImageMeasures;
import curtain.measures.MeasureKernel;
import curtain.measures.MeasureOptions;
import curtain.measures.MeasuredImage;
import curtain.measures.Randomisation;
import curtain.pullback.Extra;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import curtain.pullback.TargetChoice;
import curtain.pullback.Targets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of a shard of {@code measures}: decodes images, measures their directions in micro-batches
 * and writes the values. One batch of images is in memory at a time.
 *
 * @param program the compiled network
 * @param randomised the network with permuted weights, for each measure that needs it
 * @param options size and transform of images
 * @param classes class list of the network, by which labels are read
 * @param targets classes whose logits are pulled back
 * @param temperatures temperatures of gates and pools
 * @param measures directions and measures
 * @param masks directory of masks, or null
 * @param batch images of a micro-batch
 */
record MeasureShards(
    ProgramFile program,
    Map<Randomisation, ProgramFile> randomised,
    ImageOptions options,
    ClassList classes,
    TargetChoice targets,
    TemperatureChoice temperatures,
    MeasureOptions measures,
    String masks,
    BatchSize batch)
    implements ShardKernel {

  @Override
  public Machine machine() throws IOException {
    return program.machine();
  }

  @Override
  public List<Table<?>> tables() {
    return MeasureRows.tables();
  }

  @Override
  public Reduction reduction() {
    return new MeasuresReduction();
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    LoadedProgram loaded = program.load();
    Map<Randomisation, LoadedProgram> others = new EnumMap<>(Randomisation.class);
    for (Map.Entry<Randomisation, ProgramFile> each : randomised.entrySet()) {
      others.put(each.getKey(), each.getValue().load());
    }
    return batch.run(
        program,
        loaded,
        size -> {
          // of its passes that with a gradient takes most memory
          try (PullbackKernel kernel =
              new PullbackKernel(
                  loaded, size, temperatures.temperatures(), Set.of(Extra.GRADIENTS))) {
            byte[] black = new byte[3 * options.size() * options.size()];
            kernel.run(
                Collections.nCopies(size, black),
                Targets.of(Collections.nCopies(size, List.of(0))));
          }
        },
        size -> run(loaded, others, size, images, conf, rows, progress));
  }

  private long run(
      LoadedProgram loaded,
      Map<Randomisation, LoadedProgram> others,
      int size,
      List<ImageRef> images,
      Configuration conf,
      Rows rows,
      Ticker progress)
      throws IOException {
    MeasureRows writer = new MeasureRows(measures, temperatures, loaded.info().options());
    Masks own = masks == null ? null : new Masks(masks, options, conf);
    long results = 0;
    try (MeasureKernel kernel =
            new MeasureKernel(loaded, others, size, temperatures.temperatures(), measures);
        LabelledBatches batches =
            new LabelledBatches(
                images,
                options,
                classes,
                targets.kind() == TargetChoice.Kind.LABEL,
                size,
                conf,
                rows,
                progress)) {
      while (batches.hasNext()) {
        List<Labelled> next = batches.next();
        long done = measure(kernel, next, own, writer, rows);
        progress.done(done, next.size() - done);
        results += done;
      }
    }
    return results;
  }

  /** Measures and writes a batch; returns the number of images that gave results. */
  private long measure(
      MeasureKernel kernel, List<Labelled> batch, Masks own, MeasureRows writer, Rows rows)
      throws IOException {
    List<Labelled> usable = new ArrayList<>();
    List<MeasuredImage> images = new ArrayList<>();
    for (Labelled each : batch) {
      try {
        images.add(
            new MeasuredImage(
                each.image().ref().imageId(),
                each.image().pixels(),
                own == null ? null : own.of(each.image())));
        usable.add(each);
      } catch (BadImageException e) {
        LabelledBatches.refuse(each.image().ref(), e.getMessage(), rows);
      }
    }
    if (usable.isEmpty()) {
      return 0;
    }
    List<ImageMeasures> measured =
        kernel.run(images, targets.of(usable.stream().map(Labelled::label).toList()));
    long results = 0;
    for (int i = 0; i < usable.size(); i++) {
      Labelled each = usable.get(i);
      if (measured.get(i).isFinite()) {
        writer.write(rows, each.image(), each.label(), measured.get(i));
        results++;
      } else {
        LabelledBatches.refuse(each.image().ref(), ImagePullbacks.NOT_FINITE, rows);
      }
    }
    return results;
  }
}
