package curtain.jobs.command;

import curtain.compile.ProgramInfo.Layer;
import curtain.images.ClassList;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.Room;
import curtain.network.Network;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;

/** Options on which pullbacks a command takes. */
public final class PullbackArguments {
  @Mixin private GateArguments gates;
  @Mixin private GoalArguments goals;
  @Mixin private TemperatureArguments temperatures;

  public GateArguments gates() {
    return gates;
  }

  /** Checks temperatures before anything is read. */
  public void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    temperatures.check(output, conf);
  }

  /** The temperatures, see {@link TemperatureArguments#choose}. */
  public TemperatureArguments.Chosen temperatures(
      Settings network, List<Layer> relus, Configuration conf) throws IOException, RunException {
    return temperatures.choose(network, relus, conf);
  }

  /** What is pulled back: classes by their names, or neurons by the network's layers. */
  public PullbackGoals goals(ClassList classes, Network network) {
    return goals.goals(classes, network);
  }

  /** Targets of a batch's every image whose pullbacks, and gradients, are in memory at once. */
  public int together(int batchSize, int imageSize) {
    return Math.max(1, Room.results(temperatures.count() + 1L, imageSize) / batchSize);
  }

  /** What decides results, besides temperatures. */
  public Settings settings(PullbackGoals chosen) {
    return Settings.builder().addAll(gates.settings()).addAll(chosen.settings()).build();
  }
}
