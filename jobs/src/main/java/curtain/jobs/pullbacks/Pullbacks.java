package curtain.jobs.pullbacks;

import curtain.compile.Program;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.JobRun;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.PullbackArguments;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.task.ProgramFiles;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
public final class Pullbacks implements Callable<Integer> {
  private static final String PRECISION = "fp32";

  @Spec private CommandSpec spec;
  @Mixin private ImageArguments images;
  @Mixin private ModelArguments model;
  @Mixin private PullbackArguments pullbacks;
  @Mixin private EngineArguments engine;
  @Mixin private OutputArguments output;
  @Mixin private RunArguments run;

  @Option(
      names = "--store",
      paramLabel = "TYPE",
      converter = StoreConverter.class,
      defaultValue = "float32",
      description =
          "How pullbacks are kept: float32, an array; float16, little-endian halves; none"
              + " (default: ${DEFAULT-VALUE}).")
  private Store store;

  @Option(
      names = "--with-gradient",
      description = "Rows for the vanilla gradient, too: gate and pool hard, no temperature.")
  private boolean withGradient;

  @Option(
      names = "--keep-decisions",
      description =
          "Keep the ReLUs' signs and the max-pools' selections of each image: decisions/. With"
              + " --neuron those of the layers before it.")
  private boolean keepDecisions;

  @Override
  public Integer call() throws Exception {
    SparkConf spark = new SparkConf();
    Threads threads = run.threads(spark, Threads.Work.NETWORK);
    run.prepare(spark, spec.name(), threads);
    Configuration conf = RunArguments.hadoop(spark);
    ImageOptions options = images.options(model.defaults());
    pullbacks.check(output, conf);
    OutputDirectory directory = output.open(images.uri(), conf);
    ModelArguments.Read read = model.read(conf);
    ClassList classes = images.classes(model.defaults(), read.network().classes(), conf);
    PullbackGoals goals = pullbacks.goals(classes, read.network());
    int together = pullbacks.together(engine.batchSize(), read.network().imageSize());
    List<ImageRef> listed = images.list(options, conf);
    String device = engine.device(spark, threads);

    Map<String, String> settings = new LinkedHashMap<>();
    images.describe(settings, options, classes, listed, conf);
    model.describe(settings, read.sha256());
    pullbacks.describe(settings, goals);
    Program compiled = goals.compile(read.network(), pullbacks.gates().options());
    TemperatureChoice temperatures =
        pullbacks.temperatures(settings, compiled.info().relus(), conf);
    settings.put("store", store.toString());
    settings.put("with-gradient", String.valueOf(withGradient));
    settings.put("keep-decisions", String.valueOf(keepDecisions));
    settings.put("curtain_version", Version.version());

    try (ProgramFiles programs = new ProgramFiles(threads, device)) {
      PullbacksKernel kernel =
          new PullbacksKernel(
              programs.add(compiled),
              options,
              classes,
              goals,
              temperatures,
              store,
              withGradient,
              keepDecisions,
              engine.batchSize(),
              together);
      JobRun job = new JobRun(spec, run, output);
      return job.execute(
          job.over(settings, listed, kernel, engine.batchSize(), Version.build(PRECISION, device)),
          directory,
          spark,
          conf,
          programs.shipped());
    }
  }

  private static final class StoreConverter implements ITypeConverter<Store> {
    @Override
    public Store convert(String value) {
      try {
        return Store.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
