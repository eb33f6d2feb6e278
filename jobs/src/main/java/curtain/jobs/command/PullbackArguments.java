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

/** Options on the pullbacks that a command takes: gates, goals and temperatures. */
public final class PullbackArguments {
  @Mixin private GateArguments gates;
  @Mixin private GoalArguments goals;
  @Mixin private TemperatureArguments temperatures;

  /** The options on gates. */
  public GateArguments gates() {
    return gates;
  }

  /** Checks the temperatures before anything is read, see {@link TemperatureArguments#check}. */
  public void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    temperatures.check(output, conf);
  }

  /** The temperatures, see {@link TemperatureArguments#choose}. */
  public TemperatureArguments.Chosen temperatures(
      Settings network, List<Layer> relus, Configuration conf) throws IOException, RunException {
    return temperatures.choose(network, relus, conf);
  }

  /** The goals of the pullbacks, see {@link GoalArguments#goals}. */
  public PullbackGoals goals(ClassList classes, Network network) {
    return goals.goals(classes, network);
  }

  /**
   * The number of targets, of all images of a batch, whose results fit into memory; it may be 0.
   *
   * @param gradients whether the results have vanilla gradients, too
   */
  public int room(boolean gradients, int imageSize) {
    return Room.results(temperatures.count() + (gradients ? 1L : 0L), imageSize);
  }

  /** The settings that decide results, besides temperatures. */
  public Settings settings(PullbackGoals chosen) {
    return Settings.builder().addAll(gates.settings()).addAll(chosen.settings()).build();
  }
}
