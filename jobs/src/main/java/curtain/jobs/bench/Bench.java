package curtain.jobs.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code curtain bench}: the benchmarks, each of which prints one line of JSON. */
@Command(
    name = "bench",
    description = "Measure speed on this machine; one JSON line.",
    subcommands = {BenchPullbacks.class, BenchStability.class, BenchGram.class},
    synopsisSubcommandLabel = "WHAT")
public final class Bench implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to measure: pullbacks, stability or gram");
  }
}
