package curtain.jobs.command;

import curtain.compile.ProgramInfo.Layer;
import curtain.images.ClassList;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.Room;
import curtain.network.Network;
import curtain.pullback.NeuronChoice;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;

/** Options on which pullbacks a command takes. */
public final class PullbackArguments {
  @Mixin private GateArguments gates;
  @Mixin private TargetArguments targets;
  @Mixin private NeuronArguments neurons;
  @Mixin private TemperatureArguments temperatures;

  public GateArguments gates() {
    return gates;
  }

  /** Checks before anything is read: temperatures, and that classes or neurons are named. */
  public void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    neurons.check();
    temperatures.check(output, conf);
  }

  /** The temperatures, see {@link TemperatureArguments#choose}. */
  public TemperatureArguments.Chosen temperatures(
      Settings network, List<Layer> relus, Configuration conf) throws IOException, RunException {
    return temperatures.choose(network, relus, conf);
  }

  /** What is pulled back: classes by their names, or neurons by the network's layers. */
  public PullbackGoals goals(ClassList classes, Network network) {
    NeuronChoice chosen = neurons.choose(network);
    return chosen == null ? PullbackGoals.of(targets.choose(classes)) : PullbackGoals.of(chosen);
  }

  /** Targets of a batch's every image whose pullbacks, and gradients, are in memory at once. */
  public int together(int batchSize, int imageSize) {
    return Math.max(1, Room.results(temperatures.count() + 1L, imageSize) / batchSize);
  }

  /** What decides results, besides temperatures. */
  public Settings settings(PullbackGoals goals) {
    return Settings.builder().addAll(gates.settings()).addAll(goals.settings()).build();
  }
}
