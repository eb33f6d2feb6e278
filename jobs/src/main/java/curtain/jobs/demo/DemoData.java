package curtain.jobs.demo;

import curtain.demo.DemoImages;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.task.Version;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code curtain demo data}: draws the built-in images, ten classes of textured shapes, and the
 * mask of every object, see {@link DemoImages}.
 *
 * <pre>
 * ./curtain demo data --output shapes
 * </pre>
 */
@Command(
    name = "data",
    description = "Draw the built-in images: textured shapes on clutter, 64 x 64, with masks.",
    footer = {
      "",
      "Writes train/, held-out/ and gallery/ (different images, each with a directory",
      "for each class, for --images), masks/ with the same paths (white where the",
      "object is), and classes.tsv (for --labels). The same seed gives the same pixels",
      "everywhere. Colours and textures say nothing of the class.",
      "",
      "Example: curtain demo data --output shapes",
    })
public final class DemoData implements Callable<Integer> {
  @Mixin private DemoOutput output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "314",
      description = "Seed of the random choices (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--train",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "300",
      description = "Images of each class to train with (default: ${DEFAULT-VALUE}).")
  private int train;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "30",
      description = "Images of each class to judge with (default: ${DEFAULT-VALUE}).")
  private int heldOut;

  @Option(
      names = "--gallery",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "2",
      description = "Images of each class to look at (default: ${DEFAULT-VALUE}).")
  private int gallery;

  @Override
  public Integer call() throws Exception {
    DemoImages images = new DemoImages(seed, train, heldOut, gallery);
    Settings settings =
        Settings.builder()
            .add("seed", seed)
            .add("train", train)
            .add("held-out", heldOut)
            .add("gallery", gallery)
            .withVersion();
    return output.run(
        settings,
        Pattern.compile(
            String.join(
                "|",
                DemoImages.TRAIN,
                DemoImages.HELD_OUT,
                DemoImages.GALLERY,
                DemoImages.MASKS,
                Pattern.quote(DemoImages.CLASSES))),
        images.count(),
        Version.build(null, null),
        List::of,
        (directory, progress) -> {
          progress.begin("images");
          images.write(
              directory.begin(progress::warn),
              done -> progress.show(done, 0, done, images.count()));
          return String.format(Locale.ROOT, "%,d images are", images.count());
        },
        RunArguments.hadoop(new SparkConf()));
  }
}
