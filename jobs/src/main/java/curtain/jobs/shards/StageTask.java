package curtain.jobs.shards;

import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Does a group of a stage's units.
 *
 * @param layout layout of the stage
 * @param kernel kernel of the stage
 * @param uses what becomes of the tables
 * @param first name of the unit that opens all tables
 */
record StageTask<G extends Serializable>(
    Layout layout, Stage.Kernel<G> kernel, Uses uses, String first) implements Task<G> {
  @Override
  public String output() {
    return layout.output();
  }

  @Override
  public ShardResult run(G group, Configuration conf, ShardKernel.Ticker progress)
      throws IOException {
    Written written = new Written(this, conf, progress);
    kernel.run(group, conf, written);
    return new ShardResult(written.count, 0, Map.of());
  }

  private static final class Written implements Stage.Units {
    private final StageTask<?> task;
    private final Configuration conf;
    private final ShardKernel.Ticker progress;
    private final FileSystem fs;
    private long count;

    Written(StageTask<?> task, Configuration conf, ShardKernel.Ticker progress) throws IOException {
      this.task = task;
      this.conf = conf;
      this.progress = progress;
      this.fs = Storage.of(task.layout.root(), conf);
    }

    @Override
    public boolean done(String unit) throws IOException {
      boolean done = fs.exists(task.layout.marker(unit));
      if (done) {
        count++;
        progress.done(1, 0);
      }
      return done;
    }

    @Override
    public void write(String unit, Stage.Body body) throws IOException {
      List<Table<?>> opened = unit.equals(task.first) ? task.kernel.tables() : List.of();
      try (ShardWriter writer = new ShardWriter(task.layout, unit, task.uses, opened, conf)) {
        body.write(new TimedRows(writer));
        long since = System.nanoTime();
        writer.commit(0, task.kernel.machine());
        TaskTimes.ofThisThread().own(TaskTimes.Part.WRITE, since);
      }
      count++;
      progress.done(1, 0);
    }
  }
}
