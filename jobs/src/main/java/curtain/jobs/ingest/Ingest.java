package curtain.jobs.ingest;

import curtain.images.source.ImageRef;
import curtain.jobs.command.Classes;
import curtain.jobs.command.ImageJob;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.OpenJob;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.SparkScheduler;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import curtain.network.Architecture;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code curtain ingest}: writes images to Parquet, decoded, resized and cropped for a network
 * (spec 9).
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
  @Mixin private ImageJob job;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      converter = ModelArguments.ArchitectureConverter.class,
      completionCandidates = ModelArguments.Architectures.class,
      description =
          "Network to cut images for: its transform, size and class list (default: none).")
  private Architecture model;

  @Override
  public Integer call() throws IOException, RunException {
    OpenJob open = job.open(Threads.Work.JAVA, new ModelDefaults(model), (output, conf) -> {});
    try (SparkScheduler scheduler = open.scheduler()) {
      Classes classes = open.classes();
      List<ImageRef> listed = open.list();
      Settings settings =
          Settings.builder()
              .addAll(open.settings(classes, listed))
              .add("model", model == null ? "none" : model.name())
              .withVersion();
      return open.execute(
          open.over(
              settings,
              listed,
              new IngestShards(
                  open.options(), classes.list(), classes.origin() == Classes.Origin.FILE),
              1,
              Version.build(null, null)),
          List.of(),
          scheduler);
    }
  }
}
