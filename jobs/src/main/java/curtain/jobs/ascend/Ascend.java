package curtain.jobs.ascend;

import curtain.compile.Program;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.JobRun;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.task.ProgramFiles;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import java.util.ArrayList;
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
 * {@code curtain ascend}: projected gradient ascent along excitation pullbacks [paper, section
 * 6.1], of logits or with {@code --neuron} of a hidden layer's pre-activations.
 *
 * <p>Writes {@code ascents/} and {@code errors/}. Rows come by image, then target, then direction,
 * then temperature, then step.
 *
 * <pre>
 * ./curtain ascend --images photos --model resnet50 --weights resnet50.pth --output ascended
 * spark-submit --jars NATIVES --class curtain.jobs.Main curtain.jar ascend --images hdfs:///photos \
 *   --model resnet50 --weights hdfs:///resnet50.pth --direction both --output hdfs:///ascended
 * </pre>
 */
@Command(
    name = "ascend",
    description = "Images changed step by step along their pullbacks: ascents/, errors/.",
    footer = {
      "",
      "Example: curtain ascend --images photos --model resnet50 --weights resnet50.pth \\",
      "           --targets top:2 --direction both --output ascended",
      "         curtain ascend --images photos --model resnet50 --weights resnet50.pth \\",
      "           --neuron layer2.0.relu#1:7 --output ascended",
    })
public final class Ascend implements Callable<Integer> {
  private static final String PRECISION = "fp32";

  @Spec private CommandSpec spec;
  @Mixin private ImageArguments images;
  @Mixin private ModelArguments model;
  @Mixin private AscendArguments ascend;
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
    ascend.check(output, conf);
    OutputDirectory directory = output.open(images.uri(), conf);
    ModelArguments.Read read = model.read(conf);
    ClassList classes = images.classes(model.defaults(), read.network().classes(), conf);
    PullbackGoals goals = ascend.goals(classes, read.network());
    int batchSize = ascend.batchSize(engine.batchSize(), read.network().imageSize());
    List<ImageRef> listed = images.list(options, conf);
    String device = engine.device(spark, threads);

    Map<String, String> settings = new LinkedHashMap<>();
    images.describe(settings, options, classes, listed, conf);
    model.describe(settings, read.sha256());
    ascend.describe(settings, goals);
    settings.put("curtain_version", Version.version());

    List<AscentProgram> programs = new ArrayList<>();
    try (ProgramFiles files = new ProgramFiles(threads, device)) {
      for (Direction direction : ascend.directions()) {
        Program compiled = goals.compile(read.network(), ascend.options(direction));
        TemperatureChoice temperatures =
            ascend.temperatures(direction, settings, compiled.info().relus(), conf);
        programs.add(new AscentProgram(direction, files.add(compiled), temperatures));
      }
      AscentsKernel kernel =
          new AscentsKernel(
              List.copyOf(programs), options, classes, goals, ascend.ascent(), batchSize);
      JobRun job = new JobRun(spec, run, output);
      return job.execute(
          job.over(settings, listed, kernel, engine.batchSize(), Version.build(PRECISION, device)),
          directory,
          spark,
          conf,
          files.shipped());
    }
  }
}
