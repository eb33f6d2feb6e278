package curtain.jobs.shards;

import curtain.engine.BatchSizes;
import curtain.engine.DeviceMemoryException;
import curtain.images.source.ImageRef;
import curtain.jobs.shards.ShardKernel.Ticker;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Does one shard: runs the kernel, writes the shard's files and its marker. May be repeated, and
 * may run twice at once.
 *
 * @param layout layout of the output
 * @param kernel kernel of the job
 */
record ShardTask(Layout layout, ShardKernel kernel) implements Task<ShardTask.Work> {
  /** A shard and its images. */
  record Work(Shard shard, List<ImageRef> images) implements Serializable {}

  @Override
  public String output() {
    return layout.output();
  }

  /**
   * Does the shard, unless its marker says that an earlier attempt has.
   *
   * @throws IOException when storage fails, or the kernel loses count of its images
   */
  @Override
  public ShardResult run(Work work, Configuration conf, Ticker progress) throws IOException {
    FileSystem fs = Storage.of(layout.root(), conf);
    Marker marker = Storage.readJson(fs, layout.marker(work.shard().name()), Marker.class);
    if (marker != null) {
      ShardResult done = marker.counts();
      progress.done(done.images(), done.errors());
      return done;
    }
    long[] told = new long[2];
    Ticker counted =
        (results, errors) -> {
          told[0] += results;
          told[1] += errors;
          progress.done(results, errors);
        };
    while (true) {
      try {
        return attempt(work, conf, counted);
      } catch (DeviceMemoryException e) {
        if (!BatchSizes.here().halve(e)) {
          throw new IOException(e.getMessage(), e);
        }
        counted.done(-told[0], -told[1]);
      }
    }
  }

  /** Computes and writes the shard. */
  private ShardResult attempt(Work work, Configuration conf, Ticker progress) throws IOException {
    Uses uses = Uses.of(kernel.reduction());
    try (ShardWriter writer =
            new ShardWriter(layout, work.shard().name(), uses, opened(work), conf);
        RowsBehind behind = RowsBehind.of(writer)) {
      long[] errors = {0};
      long images =
          kernel.run(
              work.images(),
              conf,
              (table, row) -> {
                behind.add(table, row);
                if (table.equals(Table.ERRORS)) {
                  errors[0]++;
                }
              },
              progress);
      behind.finish();
      if (images + errors[0] != work.images().size()) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "shard %d has %d images, but %d results and %d errors",
                work.shard().index(),
                work.images().size(),
                images,
                errors[0]));
      }
      long since = System.nanoTime();
      ShardResult result = writer.commit(images, kernel.machine());
      TaskTimes.ofThisThread().own(TaskTimes.Part.WRITE, since);
      return result;
    }
  }

  private List<Table<?>> opened(Work work) {
    return work.shard().index() == 0 ? kernel.tables() : List.of();
  }
}
