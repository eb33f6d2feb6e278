package curtain.jobs.shards;

import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * A run that merges whole outputs into one, by a reduction that writes all tables on the driver.
 *
 * @param command name of the command
 * @param commandLine command line as typed
 * @param settings settings of the new output, see {@link Plan}
 * @param reduction reduction that writes the tables
 * @param counts results and errors of all outputs together
 * @param build program and place of the run, for the provenance
 */
public record MergedRun(
    String command,
    String commandLine,
    Map<String, String> settings,
    Reduction reduction,
    ShardResult counts,
    ShardedRun.Build build) {

  /**
   * Merges the outputs, unless the new one is whole.
   *
   * @param from the outputs to merge
   * @param meter gets warnings
   * @return counts of the new output
   * @throws RunException when settings differ from those of the run to go on with
   * @throws IOException when storage fails
   */
  public ShardedRun.Result run(OutputDirectory output, Parts from, Configuration conf, Meter meter)
      throws IOException, RunException {
    Provenance finished = output.finished(command, settings);
    if (finished != null) {
      ShardedRun.refuseChanges(output, command, settings, finished.command(), finished.settings());
      output.finish(meter::warn);
      return result(finished.rows(), true);
    }
    try (OutputLock lock = output.lock(meter::warn)) {
      return merge(output, lock, from, conf);
    }
  }

  private ShardedRun.Result merge(
      OutputDirectory output, OutputLock lock, Parts from, Configuration conf)
      throws IOException, RunException {
    Plan plan = output.planToResume();
    boolean resumed = plan != null;
    if (plan == null) {
      List<String> tables =
          Stream.concat(reduction.tables().stream().map(Table::name), reduction.files().stream())
              .toList();
      plan =
          new Plan(
              output.layout().run(),
              command,
              commandLine,
              ShardedRun.now(),
              settings,
              tables,
              List.of(),
              output.application());
      output.begin(plan);
    } else {
      ShardedRun.refuseChanges(output, command, settings, plan.command(), plan.settings());
    }
    Marked reduced = output.reduce(reduction, from, conf);
    Map<String, Long> rows = reduced.counts().rows();
    Provenance made =
        new Provenance(
            build.version(),
            build.commit(),
            command,
            plan.commandLine(),
            plan.start(),
            ShardedRun.now(),
            resumed,
            settings,
            build.precision(),
            build.device(),
            build.libraries(),
            counts.machines(),
            plan.tables(),
            counts.images() + counts.errors(),
            counts.images(),
            counts.errors(),
            rows,
            plan.application());
    output.commit(lock, made, List.of(), reduced);
    return result(rows, false);
  }

  private ShardedRun.Result result(Map<String, Long> rows, boolean wasWhole) {
    return new ShardedRun.Result(
        new ShardResult(counts.images(), counts.errors(), rows, counts.machines()), 0, wasWhole);
  }
}
