package curtain.jobs.ascend;

import curtain.compile.Program;
import curtain.jobs.command.NetworkJob;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.PrecisionArguments;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TemperatureArguments;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.BatchSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code curtain ascend}: projected gradient ascent along excitation pullbacks [paper, section
 * 6.1], of logits or with {@code --neuron} of a hidden layer's pre-activations.
 *
 * <p>Writes {@code ascents/} and {@code errors/}. Rows come by image, then target, then direction,
 * then temperature, then step.
 *
 * <pre>
 * ./curtain ascend --images photos --model resnet50 --weights resnet50.pth --output ascended
 * spark-submit --jars NATIVES --class curtain.jobs.Main curtain.jar ascend --images hdfs:///photos \
 *   --model resnet50 --weights hdfs:///resnet50.pth --direction both --output hdfs:///ascended
 * </pre>
 */
@Command(
    name = "ascend",
    description = "Images changed step by step along their pullbacks: ascents/, errors/.",
    footer = {
      "",
      "Example: curtain ascend --images photos --model resnet50 --weights resnet50.pth \\",
      "           --targets top:2 --direction both --output ascended",
      "         curtain ascend --images photos --model resnet50 --weights resnet50.pth \\",
      "           --neuron layer2.0.relu#1:7 --output ascended",
    })
public final class Ascend implements Callable<Integer>, NetworkJob.Work {
  @Mixin private NetworkJob job;
  @Mixin private AscendArguments ascend;
  @Mixin private PrecisionArguments precision;

  @Override
  public Integer call() throws IOException, RunException {
    return job.run(this);
  }

  @Override
  public void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    ascend.check(output, conf);
  }

  @Override
  public Optional<PrecisionArguments> precision() {
    return Optional.of(precision);
  }

  @Override
  public NetworkJob.Computation choose(NetworkJob.OpenNetwork open) {
    PullbackGoals goals = ascend.goals(open.classes(), open.network());
    BatchSize batch = ascend.batch(open.batch(), open.network().imageSize());
    return site -> compile(open, goals, batch, site);
  }

  private NetworkJob.Compiled compile(
      NetworkJob.OpenNetwork open, PullbackGoals goals, BatchSize batch, NetworkJob.Site site)
      throws IOException, RunException {
    // In outputs of ascend temperatures stand behind the version, and stay there.
    Settings.Builder settings =
        Settings.builder().addAll(Settings.builder().addAll(ascend.settings(goals)).withVersion());
    List<AscentProgram> programs = new ArrayList<>();
    for (Direction direction : ascend.directions()) {
      Program program = goals.compile(open.network(), ascend.options(direction).on(site.target()));
      TemperatureArguments.Chosen temperatures =
          ascend.temperatures(direction, site.network(), program.info().relus(), site.conf());
      settings.addAll(temperatures.settings());
      programs.add(
          new AscentProgram(direction, site.programs().add(program), temperatures.choice()));
    }
    return new NetworkJob.Compiled(
        settings.build(),
        new AscentShards(
            List.copyOf(programs), open.options(), open.classes(), goals, ascend.ascent(), batch));
  }
}
