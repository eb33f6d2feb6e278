package curtain.jobs.ingest;

import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.JobRun;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.RunArguments;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import curtain.network.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain ingest}: images to Parquet, decoded and cut as the networks get them.
 *
 * <p>Writes {@code images/} and {@code errors/}. The output serves as {@code --images} of every
 * other command, which then decodes nothing.
 *
 * <pre>
 * ./curtain ingest --images photos --output photos.parquet
 * spark-submit --class curtain.jobs.Main curtain.jar ingest --images hdfs:///photos.tar --output hdfs:///photos
 * </pre>
 */
@Command(
    name = "ingest",
    description = "Decode images and keep their pixels: images/, errors/.",
    footer = {
      "",
      "Example: curtain ingest --images photos --output ingested",
    })
public final class Ingest implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ImageArguments images;
  @Mixin private OutputArguments output;
  @Mixin private RunArguments run;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      converter = ModelArguments.ArchitectureConverter.class,
      description =
          "Network to cut images for: its transform, size and class list (default: none).")
  private Architecture model;

  @Override
  public Integer call() throws Exception {
    SparkConf spark = new SparkConf();
    run.prepare(spark, spec.name(), run.threads(spark, Threads.Work.JAVA));
    Configuration conf = RunArguments.hadoop(spark);
    ModelDefaults defaults = new ModelDefaults(model);
    ImageOptions options = images.options(defaults);
    OutputDirectory directory = output.open(images.uri(), conf);
    ClassList classes = images.classes(defaults, conf);
    List<ImageRef> listed = images.list(options, conf);

    Map<String, String> settings = new LinkedHashMap<>();
    images.describe(settings, options, classes, listed, conf);
    settings.put("model", model == null ? "none" : model.name());
    settings.put("curtain_version", Version.version());

    JobRun job = new JobRun(spec, run, output);

    return job.execute(
        job.over(
            settings, listed, new IngestKernel(options, classes), 1, Version.build(null, null)),
        directory,
        spark,
        conf);
  }
}
