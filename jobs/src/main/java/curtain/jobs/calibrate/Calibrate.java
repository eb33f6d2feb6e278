package curtain.jobs.calibrate;

import curtain.compile.Compiler;
import curtain.jobs.command.CalibrationTables;
import curtain.jobs.command.NetworkJob;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code curtain calibrate}: how the pre-activations of every ReLU call are distributed over images
 * and positions, for temperatures in units of their standard deviation [paper, 4.2: "ideally
 * sigma_l could be adjusted for every hidden neuron"; spec 2].
 *
 * <p>Writes {@code calibration/}, {@code histograms/} and {@code errors/}.
 *
 * <pre>
 * ./curtain calibrate --images photos --model squeezenet1_1 --weights squeezenet1_1.pth --output calibration
 * ./curtain pullbacks --images photos --model squeezenet1_1 --weights squeezenet1_1.pth \
 *   --calibration calibration --temperature 0.3 --temperature-unit layer-std --output pullbacks
 * </pre>
 */
@Command(
    name = CalibrationTables.COMMAND,
    description =
        "Mean, standard deviation and quantiles of pre-activations, by layer and channel, for"
            + " --temperature-unit of pullbacks, ascend and measures: calibration/, histograms/,"
            + " errors/.",
    footer = {
      "",
      "Example: curtain calibrate --images photos --model squeezenet1_1 \\",
      "           --weights squeezenet1_1.pth --output calibration",
    })
public final class Calibrate implements Callable<Integer>, NetworkJob.Work {
  @Mixin private NetworkJob job;

  @Override
  public Integer call() throws IOException, RunException {
    return job.run(this);
  }

  @Override
  public void check(OutputArguments output, Configuration conf) {
    // It has no options of its own.
  }

  @Override
  public NetworkJob.Computation choose(NetworkJob.OpenNetwork open) {
    return site ->
        new NetworkJob.Compiled(
            Settings.NONE,
            new CalibrationShards(
                site.programs().add(Compiler.calibration(open.network(), site.target())),
                open.options(),
                open.classes(),
                open.batch()));
  }
}
