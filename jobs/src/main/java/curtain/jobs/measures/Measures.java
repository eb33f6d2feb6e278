package curtain.jobs.measures;

import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Program;
import curtain.jobs.command.NetworkJob;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.PrecisionArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TemperatureArguments;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.ProgramFile;
import curtain.measures.Curve;
import curtain.measures.Measure;
import curtain.measures.MeasureOptions;
import curtain.measures.Randomisation;
import curtain.pullback.TargetChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code curtain measures}: stability, specificity and faithfulness of excitation pullbacks, beside
 * those of the vanilla gradient and other directions (spec 6).
 *
 * <p>Writes {@code measures/}, {@code measures_summary/} and {@code errors/}. Rows come by image,
 * then target, then direction, then measure.
 *
 * <pre>
 * ./curtain measures --images photos --model resnet50 --weights resnet50.pth --output measures
 * spark-submit --jars NATIVES --class curtain.jobs.Main curtain.jar measures --images hdfs:///photos \
 *   --model resnet50 --weights hdfs:///resnet50.pth --output hdfs:///measures
 * </pre>
 */
@Command(
    name = Measures.NAME,
    description =
        "Stability, specificity and faithfulness of pullbacks and of gradients: measures/,"
            + " measures_summary/, errors/.",
    footer = {
      "",
      "Directions v, each of the shape of an image:",
      "  pullback, gradient     in one pass; a pullback at every --temperature",
      "  smoothgrad             mean gradient over 16 draws of noise, standard deviation",
      "                         0.3 (Smilkov et al. 2017)",
      "  integrated_gradients   mean gradient at 32 points from the blurred image on,",
      "                         times the difference to it (Sundararajan et al. 2017)",
      "",
      "Measures, of each image, target and direction; + larger is better, - smaller:",
      "  noise_stability +      mean cosine of v with v under noise, four draws of",
      "                         standard deviation 0.05",
      "  insertion +, deletion -",
      "                         area under the target's probability while pixels, in",
      "                         the order of |v x|, are shown over the blurred image,",
      "                         or blurred (RISE: Petsiuk et al. 2018)",
      "  sparsity +             Gini index of |v|",
      "  target_specificity +   1 - cosine of the v of the two largest logits",
      "  randomisation:1 -, :half, :all",
      "                         cosine with v of the network in which the weights of",
      "                         the last one, half or all of the convolutions and",
      "                         linear maps are permuted (Adebayo et al. 2018)",
      "  localisation +         share of the sum of |v| inside the image's mask",
      "  pointing_game +        1 where the largest |v| is inside the mask, else 0",
      "Every direction has every measure; integrated gradients are ranked by |v|. A",
      "direction that is 0 has none: its value is null, and not counted. The summary has",
      "means over images (of an image's targets first), standard errors, and the mean",
      "difference to the gradient, image by image, with its 95 %% interval.",
      "",
      "Example: curtain measures --images photos --model resnet50 --weights resnet50.pth \\",
      "           --temperature 0.3,3 --direction smoothgrad --output measures",
      "         curtain figures --input measures --output figures",
    })
public final class Measures implements Callable<Integer>, NetworkJob.Work {
  /** The name of the command, which its outputs carry. */
  static final String NAME = "measures";

  @Mixin private NetworkJob job;
  @Mixin private MeasuresArguments measures;
  @Mixin private PrecisionArguments precision;

  @Override
  public Integer call() throws IOException, RunException {
    return job.run(this);
  }

  @Override
  public void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    measures.check(output, conf);
  }

  @Override
  public Optional<PrecisionArguments> precision() {
    return Optional.of(precision);
  }

  @Override
  public NetworkJob.Computation choose(NetworkJob.OpenNetwork open) {
    TargetChoice targets = measures.targets(open.classes());
    return site -> compile(open, targets, site);
  }

  private NetworkJob.Compiled compile(
      NetworkJob.OpenNetwork open, TargetChoice targets, NetworkJob.Site site)
      throws IOException, RunException {
    MeasureOptions what = measures.options();
    Settings.Builder settings = Settings.builder().addAll(measures.settings(targets, site.conf()));
    CompileOptions compile = measures.compile().on(site.target());
    Program program = Compiler.compile(open.network(), compile);
    TemperatureArguments.Chosen temperatures =
        measures.temperatures(site.network(), program.info().relus(), site.conf());
    settings.addAll(temperatures.settings());
    ProgramFile file = site.programs().add(program);
    Map<Randomisation, ProgramFile> randomised = new EnumMap<>(Randomisation.class);
    for (Randomisation each : what.randomisations()) {
      Program permuted = Compiler.compile(each.apply(open.network(), what.seed()), compile);
      randomised.put(each, site.programs().add(permuted));
    }
    if (site.notes() != null) {
      plan(what, temperatures.choice().factors().size(), site.images(), site.notes());
    }
    return new NetworkJob.Compiled(
        settings.build(),
        new MeasureShards(
            file,
            randomised,
            open.options(),
            open.classes(),
            targets,
            temperatures.choice(),
            what,
            measures.masks(),
            open.batch()));
  }

  /** Prints how many passes the run takes. */
  private static void plan(MeasureOptions what, int temperatures, int count, PrintWriter notes) {
    int directions = what.directions(temperatures);
    int curves = (what.has(Measure.INSERTION) ? 1 : 0) + (what.has(Measure.DELETION) ? 1 : 0);
    notes.printf(
        Locale.ROOT,
        "curtain measures: %,d measures of %,d directions; at most %,d passes for an image and a"
            + " target, %,d of them with a backward pass; %,d images%n",
        what.measures().size(),
        directions,
        1 + curves * directions * (Curve.STEPS + 1) + what.backwardPasses(),
        what.backwardPasses(),
        count);
    notes.flush();
  }
}
