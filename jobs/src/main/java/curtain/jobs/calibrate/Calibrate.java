package curtain.jobs.calibrate;

import curtain.compile.Compiler;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.CalibrationTables;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.JobRun;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.RunArguments;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code curtain calibrate}: how the pre-activations of every ReLU call are distributed over images
 * and positions, for temperatures in units of their standard deviation [paper, section 4.2:
 * "ideally sigma_l could be adjusted for every hidden neuron"; spec 2].
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
public final class Calibrate implements Callable<Integer> {
  private static final String PRECISION = "fp32";

  @Spec private CommandSpec spec;
  @Mixin private ImageArguments images;
  @Mixin private ModelArguments model;
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
    OutputDirectory directory = output.open(images.uri(), conf);
    ModelArguments.Read read = model.read(conf);
    ClassList classes = images.classes(model.defaults(), read.network().classes(), conf);
    List<ImageRef> listed = images.list(options, conf);
    String device = engine.device(spark, threads);

    Map<String, String> settings = new LinkedHashMap<>();
    images.describe(settings, options, classes, listed, conf);
    model.describe(settings, read.sha256());
    settings.put("curtain_version", Version.version());

    try (ProgramFiles programs = new ProgramFiles(threads, device)) {
      CalibrationShards kernel =
          new CalibrationShards(
              programs.add(Compiler.calibration(read.network())),
              options,
              classes,
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
}
