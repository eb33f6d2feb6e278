package curtain.jobs;

import curtain.compile.ProgramInfo.Layer;
import curtain.engine.TargetChoice;
import curtain.images.ClassList;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;

/** Options on which pullbacks a command takes. */
final class PullbackArguments {
  @Mixin private GateArguments gates;
  @Mixin private TargetArguments targets;
  @Mixin private TemperatureArguments temperatures;

  GateArguments gates() {
    return gates;
  }

  /** Checks temperatures, before anything is read. */
  void check() {
    temperatures.check();
  }

  /** The temperatures, see {@link TemperatureArguments#choose}. */
  TemperatureChoice temperatures(
      Map<String, String> settings, List<Layer> relus, Configuration conf)
      throws IOException, RunException {
    return temperatures.choose(settings, relus, conf);
  }

  /** The targets, by the network's classes. */
  TargetChoice targets(ClassList classes) {
    return targets.choose(classes);
  }

  /** Adds what decides results, see {@link ImageArguments#describe}. */
  void describe(Map<String, String> settings, TargetChoice choice) {
    gates.describe(settings);
    settings.put("targets", choice.toString());
  }
}
