package curtain.jobs.pullbacks;

import curtain.compile.Program;
import curtain.jobs.command.NetworkJob;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.PrecisionArguments;
import curtain.jobs.command.PullbackArguments;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TemperatureArguments;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code curtain pullbacks}: the excitation pullbacks of an image set [paper, section 4.2]: of
 * logits, or with {@code --neuron} of a hidden layer's pre-activations [3.1, Eq. 9].
 *
 * <p>Writes {@code pullbacks/}, {@code errors/}, and with {@code --keep-decisions} {@code
 * decisions/}. Rows come by image, then target, then temperature.
 *
 * <pre>
 * ./curtain pullbacks --images photos --model resnet50 --weights resnet50.pth --output pullbacks
 * spark-submit --jars NATIVES --class curtain.jobs.Main curtain.jar pullbacks --images hdfs:///photos \
 *   --model resnet50 --weights hdfs:///resnet50.pth --targets top:3 --output hdfs:///pullbacks
 * </pre>
 */
@Command(
    name = "pullbacks",
    description = "Excitation pullbacks of images: pullbacks/, errors/.",
    footer = {
      "",
      "Example: curtain pullbacks --images photos --model resnet50 --weights resnet50.pth \\",
      "           --targets top:3 --temperature 0.15,0.3 --output pullbacks",
      "         curtain pullbacks --images photos --model resnet50 --weights resnet50.pth \\",
      "           --neuron layer2.0.relu#1:0-63 --output neurons",
    })
public final class Pullbacks implements Callable<Integer>, NetworkJob.Work {
  @Mixin private NetworkJob job;
  @Mixin private PullbackArguments pullbacks;
  @Mixin private PrecisionArguments precision;

  @Option(
      names = "--store",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description =
          "How pullbacks are kept: float32, an array; float16, little-endian halves; none"
              + " (default: ${DEFAULT-VALUE}).")
  private Store store;

  @Option(
      names = "--cosine",
      description =
          "Also compute each pullback's cosine with the vanilla gradient, which takes another"
              + " backward pass; cosine_to_gradient is null otherwise.")
  private boolean cosine;

  @Option(
      names = "--with-gradient",
      description =
          "Also write the vanilla gradient, rows with gate and pool hard and no temperature, and the"
              + " cosines with it.")
  private boolean withGradient;

  @Option(
      names = "--keep-decisions",
      description =
          "Also write the ReLUs' signs and the max-pools' selections of each image, decisions/;"
              + " with --neuron those of the layers before it.")
  private boolean keepDecisions;

  @Override
  public Integer call() throws IOException, RunException {
    return job.run(this);
  }

  @Override
  public void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    pullbacks.check(output, conf);
  }

  @Override
  public Optional<PrecisionArguments> precision() {
    return Optional.of(precision);
  }

  @Override
  public NetworkJob.Computation choose(NetworkJob.OpenNetwork open) {
    PullbackGoals goals = pullbacks.goals(open.classes(), open.network());
    int room = pullbacks.room(gradient().isComputed(), open.network().imageSize());
    return site -> compile(open, goals, room, site);
  }

  private GradientUse gradient() {
    return GradientUse.of(cosine, withGradient);
  }

  private NetworkJob.Compiled compile(
      NetworkJob.OpenNetwork open, PullbackGoals goals, int room, NetworkJob.Site site)
      throws IOException, RunException {
    Program program = goals.compile(open.network(), pullbacks.gates().options().on(site.target()));
    TemperatureArguments.Chosen temperatures =
        pullbacks.temperatures(site.network(), program.info().relus(), site.conf());
    Settings settings =
        Settings.builder()
            .addAll(pullbacks.settings(goals))
            .addAll(temperatures.settings())
            .add("store", store)
            .add("cosine", gradient().isComputed())
            .add("with-gradient", withGradient)
            .add("keep-decisions", keepDecisions)
            .build();
    return new NetworkJob.Compiled(
        settings,
        new PullbackShards(
            site.programs().add(program),
            open.options(),
            open.classes(),
            goals,
            temperatures.choice(),
            store,
            gradient(),
            keepDecisions,
            open.batch().auto() ? open.batch().atMost(room) : open.batch(),
            room));
  }
}
