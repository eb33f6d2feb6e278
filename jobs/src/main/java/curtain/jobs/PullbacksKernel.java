package curtain.jobs;

import curtain.engine.ImagePullbacks;
import curtain.engine.LoadedProgram;
import curtain.engine.PullbackKernel;
import curtain.engine.TargetChoice;
import curtain.images.ClassList;
import curtain.images.DecodedImage;
import curtain.images.ImageOptions;
import curtain.images.ImageRef;
import curtain.jobs.LabelledBatches.Labelled;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Decodes images, takes their pullbacks in micro-batches and writes them; one batch is in memory at
 * a time.
 *
 * @param program the compiled network
 * @param options size and transform
 * @param classes of the network, that labels are read by
 * @param goals logits or neurons that are pulled back
 * @param temperatures of gates and pools
 * @param store how pullbacks are kept
 * @param withGradient whether the vanilla gradient gets rows, too
 * @param keepDecisions whether signs and selections are kept
 * @param batchSize of micro-batches
 */
record PullbacksKernel(
    ProgramFile program,
    ImageOptions options,
    ClassList classes,
    PullbackGoals goals,
    TemperatureChoice temperatures,
    Store store,
    boolean withGradient,
    boolean keepDecisions,
    int batchSize)
    implements ShardKernel {

  @Override
  public List<Table> tables() {
    Table pullbacks = PullbackRows.table(store);
    return keepDecisions
        ? List.of(pullbacks, PullbackRows.DECISIONS, Table.ERRORS)
        : List.of(pullbacks, Table.ERRORS);
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    LoadedProgram loaded = program.load();
    PullbackRows writer =
        new PullbackRows(
            store, temperatures.factors(), temperatures.unit(), withGradient, goals, loaded.info());
    long results = 0;
    try (PullbackKernel kernel =
            new PullbackKernel(loaded, batchSize, temperatures.temperatures(), keepDecisions);
        LabelledBatches batches =
            new LabelledBatches(
                images,
                options,
                classes,
                goals.targets().kind() == TargetChoice.Kind.LABEL,
                batchSize,
                conf,
                rows,
                progress)) {
      while (batches.hasNext()) {
        results += pullBack(kernel, batches.next(), writer, rows, progress);
      }
    }
    return results;
  }

  /** Computes and writes a batch; returns the number of images that gave results. */
  private long pullBack(
      PullbackKernel kernel, List<Labelled> batch, PullbackRows writer, Rows rows, Ticker progress)
      throws IOException {
    if (batch.isEmpty()) {
      return 0;
    }
    List<ImagePullbacks> computed =
        kernel.run(
            batch.stream().map(labelled -> labelled.image().pixels()).toList(),
            goals.targets().of(batch.stream().map(Labelled::label).toList()));
    long results = 0;
    for (int i = 0; i < batch.size(); i++) {
      DecodedImage image = batch.get(i).image();
      String problem = writer.problem(computed.get(i));
      if (problem == null) {
        writer.write(rows, image, batch.get(i).label(), computed.get(i));
        results++;
      } else {
        LabelledBatches.refuse(image.ref(), problem, rows);
      }
    }
    progress.done(results, batch.size() - results);
    return results;
  }
}
