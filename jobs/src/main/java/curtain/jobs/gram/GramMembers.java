package curtain.jobs.gram;

import curtain.engine.Machine;
import curtain.gram.GateBlock;
import curtain.gram.GramKernel;
import curtain.gram.PathKernel;
import curtain.gram.SelfKernels;
import curtain.images.source.ImageRef;
import curtain.jobs.shards.Reduction;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.LabelledBatches;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.statistics.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel of a shard of the first stage of {@code gram}: runs the network over images and writes
 * their logits, their penultimate features and the kernels of each image with itself. Positions are
 * null until the reduction sets them. A shard may hold images of both sets.
 *
 * @param network the network and its options
 * @param rows number of images listed in the first set
 * @param keepLayers whether the kernel of each layer gets a diagonal
 * @param store the store that takes gates, or null
 * @param paths the exact path kernel, or null where it is not asked for
 * @param reduction the reduction of the whole run
 */
record GramMembers(
    GramNetwork network,
    long rows,
    boolean keepLayers,
    GateStore store,
    GramPaths paths,
    Reduction reduction)
    implements ShardKernel {

  @Override
  public Machine machine() throws IOException {
    return network.machine();
  }

  @Override
  public List<Table<?>> tables() {
    return List.of(GramTables.MEMBERS, GramTables.DIAGONAL, Table.ERRORS);
  }

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows out, Ticker progress)
      throws IOException {
    List<ImageRef> first = images.stream().filter(ref -> ref.ordinal() < rows).toList();
    List<ImageRef> second =
        images.subList(first.size(), images.size()).stream()
            .map(ref -> GramSets.original(ref, rows))
            .toList();
    try (GramKernel kernel = network.kernel();
        PathKernel pathKernel = paths == null ? null : paths.kernel();
        GateStore.Writer gates =
            store == null ? null : store.writer(images.get(0).ordinal(), conf)) {
      Side row = new Side(GramTables.ROW, 0, kernel, pathKernel, gates, out, progress);
      Side column = new Side(GramTables.COLUMN, rows, kernel, pathKernel, gates, out, progress);
      long results = run(row, first, conf) + run(column, second, conf);
      if (gates != null) {
        gates.commit();
      }
      return results;
    }
  }

  /** What the images of one set in the shard are computed and written with. */
  private record Side(
      String name,
      long shift,
      GramKernel kernel,
      PathKernel paths,
      GateStore.Writer gates,
      Rows out,
      Ticker progress) {}

  private long run(Side side, List<ImageRef> images, Configuration conf) throws IOException {
    long results = 0;
    try (LabelledBatches batches =
        new LabelledBatches(
            images,
            network.options(),
            network.classes(),
            false,
            network.batchSize(),
            conf,
            side.out(),
            side.progress())) {
      while (batches.hasNext()) {
        results += write(side, batches.next());
      }
    }
    return results;
  }

  /** Writes a batch; returns the number of its images whose logits are finite. */
  private long write(Side side, List<Labelled> batch) throws IOException {
    if (batch.isEmpty()) {
      return 0;
    }
    List<Labelled> finite = new ArrayList<>();
    try (GateBlock block = observe(side, batch)) {
      float[][] logits = block.logitRows();
      for (int i = 0; i < batch.size(); i++) {
        if (Float.isFinite(Vectors.largest(logits[i]))) {
          finite.add(batch.get(i));
        } else {
          LabelledBatches.refuse(
              batch.get(i).image().ref(), "the network's logits are not finite", side.out());
        }
      }
      if (finite.size() == batch.size()) {
        write(side, batch, block);
      }
    }
    if (!finite.isEmpty() && finite.size() < batch.size()) {
      try (GateBlock block = observe(side, finite)) {
        write(side, finite, block);
      }
    }
    side.progress().done(finite.size(), batch.size() - finite.size());
    return finite.size();
  }

  private static GateBlock observe(Side side, List<Labelled> batch) {
    return side.kernel().observe(batch.stream().map(each -> each.image().pixels()).toList());
  }

  private void write(Side side, List<Labelled> batch, GateBlock block) throws IOException {
    float[][] logits = block.logitRows();
    float[][] features = block.featureRows();
    SelfKernels own = side.kernel().own(block);
    int together = side.kernel().packedTogether();
    ByteBuffer packed = null;
    for (int i = 0; i < batch.size(); i++) {
      ImageRef ref = batch.get(i).image().ref();
      side.out()
          .write(
              GramTables.MEMBERS,
              new MemberRow(
                  side.name(),
                  null,
                  ref.ordinal(),
                  ref.imageId(),
                  batch.get(i).label(),
                  logits[i],
                  features[i]));
      diagonal(side, GramTables.PRODUCT, own.logKernel()[i], null);
      diagonal(side, GramTables.LAYER_SUM, null, own.layerSum()[i]);
      diagonal(side, GramTables.PIXEL, null, own.pixel()[i]);
      diagonal(side, GramTables.FEATURE, null, own.feature()[i]);
      if (side.paths() != null) {
        double log = GramPaths.own(side.paths(), batch.get(i).image().pixels());
        diagonal(side, GramTables.PATHS, log, null);
      }
      for (int l = 0; keepLayers && l < own.layers().length; l++) {
        diagonal(side, GramTables.LAYER + l, null, own.layers()[l][i]);
      }
      if (side.gates() != null) {
        if (i % together == 0) {
          packed = side.kernel().pack(block, i, Math.min(batch.size(), i + together));
        }
        int bytes = side.kernel().packedBytes();
        side.gates()
            .write(
                side.shift() + ref.ordinal(),
                ByteBuffer.wrap(batch.get(i).image().pixels()),
                floats(features[i]),
                packed.slice(i % together * bytes, bytes));
      }
    }
  }

  private static void diagonal(Side side, String kernel, Double log, Double value)
      throws IOException {
    side.out().write(GramTables.DIAGONAL, new DiagonalRow(kernel, side.name(), null, log, value));
  }

  private static ByteBuffer floats(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }
}
