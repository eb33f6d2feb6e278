package curtain.jobs;

import curtain.engine.ImagePullbacks;
import curtain.engine.LoadedProgram;
import curtain.engine.PullbackKernel;
import curtain.engine.TargetChoice;
import curtain.images.ClassList;
import curtain.images.CloseableIterator;
import curtain.images.DecodedImage;
import curtain.images.ImageError;
import curtain.images.ImageOptions;
import curtain.images.ImageRef;
import curtain.images.ImageSet;
import curtain.images.Outcome;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Decodes images, takes their pullbacks in micro-batches and writes them. Micro-batches are cut by
 * position in the shard, erroneous images included; one of them is in memory at a time.
 *
 * @param program the compiled network
 * @param options size and transform
 * @param classes of the network, that labels are read by
 * @param targets whose logits are pulled back
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
    TargetChoice targets,
    List<Double> temperatures,
    Store store,
    boolean withGradient,
    boolean keepDecisions,
    int batchSize)
    implements ShardKernel {

  /** A decoded image and its label, which may be null. */
  private record Labelled(DecodedImage image, Integer label) {}

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
    PullbackRows writer = new PullbackRows(store, temperatures, withGradient, loaded.info());
    long results = 0;
    try (PullbackKernel kernel =
            new PullbackKernel(loaded, batchSize, temperatures, keepDecisions);
        CloseableIterator<Outcome> outcomes = ImageSet.load(images, options, conf)) {
      while (outcomes.hasNext()) {
        List<Labelled> batch = new ArrayList<>(batchSize);
        int errors = 0;
        for (int i = 0; i < batchSize && outcomes.hasNext(); i++) {
          Outcome outcome = outcomes.next();
          String problem = take(outcome, batch);
          if (problem != null) {
            refuse(outcome.ref(), problem, rows);
            errors++;
          }
        }
        progress.done(0, errors);
        results += pullBack(kernel, batch, writer, rows, progress);
      }
    }
    return results;
  }

  /** Adds an image to the batch, or says why it has no result. */
  private String take(Outcome outcome, List<Labelled> batch) {
    if (outcome instanceof ImageError error) {
      return error.reason();
    }
    DecodedImage image = (DecodedImage) outcome;
    Integer label = IngestKernel.label(image.ref(), classes);
    if (targets.kind() == TargetChoice.Kind.LABEL) {
      String problem = Labels.problem(image.ref(), label, classes);
      if (problem != null) {
        return problem;
      }
    }
    batch.add(new Labelled(image, label));
    return null;
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
            targets.of(batch.stream().map(Labelled::label).toList()));
    long results = 0;
    for (int i = 0; i < batch.size(); i++) {
      DecodedImage image = batch.get(i).image();
      String problem = writer.problem(computed.get(i));
      if (problem == null) {
        writer.write(rows, image, batch.get(i).label(), computed.get(i));
        results++;
      } else {
        refuse(image.ref(), problem, rows);
      }
    }
    progress.done(results, batch.size() - results);
    return results;
  }

  private static void refuse(ImageRef ref, String reason, Rows rows) throws IOException {
    rows.write(Table.ERRORS, ref.imageId(), ref.ordinal(), reason);
  }
}
