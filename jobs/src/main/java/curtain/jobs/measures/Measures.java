package curtain.jobs.measures;

import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Program;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.JobRun;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.ProgramFiles;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import curtain.measures.Curve;
import curtain.measures.Measure;
import curtain.measures.MeasureOptions;
import curtain.measures.Randomisation;
import curtain.pullback.TargetChoice;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code curtain measures}: what excitation pullbacks are worth beside the vanilla gradient and
 * other directions [spec 6].
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
        "Stability, specificity and faithfulness of pullbacks, beside the gradient's: measures/,"
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
      "difference to the gradient, image by image, with its 95 % interval.",
      "",
      "Example: curtain measures --images photos --model resnet50 --weights resnet50.pth \\",
      "           --temperature 0.3,3 --direction smoothgrad --output measures",
      "         curtain figures --input measures --output figures",
    })
public final class Measures implements Callable<Integer> {
  /** The command's name, by which readers of its output know it. */
  static final String NAME = "measures";

  private static final String PRECISION = "fp32";

  @Spec private CommandSpec spec;
  @Mixin private ImageArguments images;
  @Mixin private ModelArguments model;
  @Mixin private MeasuresArguments measures;
  @Mixin private EngineArguments engine;
  @Mixin private OutputArguments output;
  @Mixin private RunArguments run;

  @Override
  public Integer call() throws Exception {
    SparkConf spark = new SparkConf();
    Threads threads = run.threads(spark, Threads.Work.NETWORK);
    run.prepare(spark, spec.name(), threads);
    Configuration conf = RunArguments.hadoop(spark);
    ImageOptions options = images.options(model.defaults());
    measures.check(output, conf);
    OutputDirectory directory = output.open(images.uri(), conf);
    ModelArguments.Read read = model.read(conf);
    ClassList classes = images.classes(model.defaults(), read.network().classes(), conf);
    TargetChoice targets = measures.targets(classes);
    List<ImageRef> listed = images.list(options, conf);
    String device = engine.device(spark, threads);
    MeasureOptions what = measures.options();

    Map<String, String> settings = new LinkedHashMap<>();
    images.describe(settings, options, classes, listed, conf);
    model.describe(settings, read.sha256());
    measures.describe(settings, targets, conf);
    CompileOptions compile = measures.compile();
    Program compiled = Compiler.compile(read.network(), compile);
    TemperatureChoice temperatures = measures.temperatures(settings, compiled.info().relus(), conf);
    settings.put("curtain_version", Version.version());

    try (ProgramFiles programs = new ProgramFiles(threads, device)) {
      ProgramFile program = programs.add(compiled);
      Map<Randomisation, ProgramFile> randomised = new EnumMap<>(Randomisation.class);
      for (Randomisation each : what.randomisations()) {
        Program permuted = Compiler.compile(each.apply(read.network(), what.seed()), compile);
        randomised.put(each, programs.add(permuted));
      }
      plan(what, temperatures.factors().size(), listed.size());
      MeasuresKernel kernel =
          new MeasuresKernel(
              program,
              randomised,
              options,
              classes,
              targets,
              temperatures,
              what,
              measures.masks(),
              engine.batchSize());
      JobRun job = new JobRun(spec, run, output);
      return job.execute(
          job.over(settings, listed, kernel, engine.batchSize(), Version.build(PRECISION, device)),
          directory,
          spark,
          conf,
          programs.shipped());
    }
  }

  /** Says how much work it is. */
  private void plan(MeasureOptions what, int temperatures, int count) {
    if (run.quiet()) {
      return;
    }
    int directions = what.directions(temperatures);
    int curves = (what.has(Measure.INSERTION) ? 1 : 0) + (what.has(Measure.DELETION) ? 1 : 0);
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "curtain measures: %,d measures of %,d directions; at most %,d passes for an image and a"
            + " target, %,d of them with a backward pass; %,d images%n",
        what.measures().size(),
        directions,
        1 + curves * directions * (Curve.STEPS + 1) + what.backwardPasses(),
        what.backwardPasses(),
        count);
    err.flush();
  }
}
