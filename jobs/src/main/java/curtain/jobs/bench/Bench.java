package curtain.jobs.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code curtain bench}: the benchmarks. Those of one thing print one line of JSON, those of many
 * tables.
 */
@Command(
    name = "bench",
    description = "Measure speed on this machine, as JSON or tables.",
    subcommands = {
      BenchPullbacks.class,
      BenchStability.class,
      BenchGram.class,
      BenchAll.class,
      BenchGrowth.class
    },
    synopsisSubcommandLabel = "WHAT")
public final class Bench implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to measure: pullbacks, stability, gram, all or growth");
  }
}
