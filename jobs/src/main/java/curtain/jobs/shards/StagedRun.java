package curtain.jobs.shards;

import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** Runs the missing units of a {@link Stage} on a scheduler. */
final class StagedRun<G extends Serializable> {
  /**
   * The name of an empty unit, so that the tables of a stage without units have a file with a
   * schema.
   */
  private static final String NOTHING = "none";

  private final Stage<G> stage;
  private final OutputDirectory output;
  private final Uses uses;

  StagedRun(Stage<G> stage, OutputDirectory output, Uses uses) {
    this.stage = stage;
    this.output = output;
    this.uses = uses;
  }

  /**
   * Runs the units that are missing.
   *
   * @param parts rows of the shards
   * @return all units
   * @throws IOException when storage fails
   * @throws IllegalStateException when units are missing in the end
   */
  Marked run(Parts parts, Scheduler scheduler, Configuration conf, Meter meter) throws IOException {
    Layout layout = output.layout().staged();
    Set<String> done = output.staged().units().keySet();
    Stage.Work<G> work = stage.plan(parts, done::contains, scheduler.slots());
    if (work.units().isEmpty() && done.isEmpty()) {
      List<Table<?>> tables = stage.kernel().tables();
      try (ShardWriter writer = new ShardWriter(layout, NOTHING, uses, tables, conf)) {
        writer.commit(0, null);
      }
    }
    if (!work.missing().isEmpty()) {
      meter.begin(stage.plural());
      scheduler.run(
          new StageTask<>(layout, stage.kernel(), uses, work.units().get(0)),
          work.missing(),
          conf,
          new Watch(meter, stage.plural(), done.size(), work.units().size()));
    }
    Marked now = output.staged();
    Set<String> missing = new HashSet<>(work.units());
    missing.removeAll(now.units().keySet());
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%d of %d %s are missing",
              missing.size(),
              work.units().size(),
              stage.plural()));
    }
    return now;
  }

  private record Watch(Meter meter, String counted, long before, long total)
      implements Scheduler.Watcher {
    @Override
    public void progress(long results, long errors) {
      meter.show(before + results, 0, results, total);
    }

    @Override
    public void warn(String text) {
      meter.warn(text);
    }

    @Override
    public boolean finished(ShardResult result) {
      return true;
    }
  }
}
