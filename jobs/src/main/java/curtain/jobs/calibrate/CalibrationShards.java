package curtain.jobs.calibrate;

import curtain.calibration.CalibrationKernel;
import curtain.compile.ProgramInfo.Layer;
import curtain.engine.LoadedProgram;
import curtain.engine.Machine;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.CalibrationTables;
import curtain.jobs.shards.Reduction;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.LabelledBatches;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.jobs.task.ProgramFile;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of a shard of {@code calibrate}: measures pre-activations over the shard's images in
 * micro-batches, and writes their distributions at its end.
 *
 * @param program the compiled network
 * @param options size and transform of images
 * @param classes class list of the network, by which labels are read
 * @param batch images of a micro-batch
 */
record CalibrationShards(
    ProgramFile program, ImageOptions options, ClassList classes, BatchSize batch)
    implements ShardKernel {
  private static final String NOT_FINITE = "a pre-activation of the network is not finite";

  @Override
  public Machine machine() throws IOException {
    return program.machine();
  }

  @Override
  public List<Table<?>> tables() {
    return List.of(CalibrationTables.PARTS, CalibrationTables.HISTOGRAMS, Table.ERRORS);
  }

  @Override
  public Reduction reduction() {
    return new CalibrationReduction();
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    LoadedProgram loaded = program.load();
    byte[] black = new byte[3 * options.size() * options.size()];
    return batch.run(
        program,
        loaded,
        size -> new CalibrationKernel(loaded, size).add(Collections.nCopies(size, black)),
        size -> run(loaded, size, images, conf, rows, progress));
  }

  private long run(
      LoadedProgram loaded,
      int size,
      List<ImageRef> images,
      Configuration conf,
      Rows rows,
      Ticker progress)
      throws IOException {
    CalibrationKernel kernel = new CalibrationKernel(loaded, size);
    long results = 0;
    try (LabelledBatches batches =
        new LabelledBatches(images, options, classes, false, size, conf, rows, progress)) {
      while (batches.hasNext()) {
        List<Labelled> next = batches.next();
        if (!next.isEmpty()) {
          long added = add(kernel, next, rows);
          progress.done(added, next.size() - added);
          results += added;
        }
      }
    }
    List<Layer> layers = loaded.info().relus();
    for (int l = 0; l < layers.size(); l++) {
      for (int c = 0; c < layers.get(l).shape().get(0); c++) {
        CalibrationTables.part(rows, l, layers.get(l).name(), c, kernel.channel(l, c));
      }
    }
    return results;
  }

  /** Adds a batch, image by image if one of them is not finite; returns how many were added. */
  private static long add(CalibrationKernel kernel, List<Labelled> batch, Rows rows)
      throws IOException {
    if (kernel.add(batch.stream().map(labelled -> labelled.image().pixels()).toList())) {
      return batch.size();
    }
    long added = 0;
    for (Labelled labelled : batch) {
      if (batch.size() > 1 && kernel.add(List.of(labelled.image().pixels()))) {
        added++;
      } else {
        LabelledBatches.refuse(labelled.image().ref(), NOT_FINITE, rows);
      }
    }
    return added;
  }
}
