package curtain.jobs.demo;

import curtain.demo.DemoTraining;
import curtain.demo.LabelledPixels;
import curtain.engine.Machine;
import curtain.images.ClassList;
import curtain.images.source.ImageRef;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.show.Csv;
import curtain.jobs.task.OwnThread;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Progress;
import curtain.jobs.task.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code curtain demo train}: trains {@code demo_cnn} on labelled images of 64 x 64, and keeps
 * checkpoints, see {@link DemoTraining}.
 *
 * <pre>
 * ./curtain demo train --images shapes/train --held-out shapes/held-out --labels shapes/classes.tsv \
 *   --output checkpoints
 * </pre>
 */
@Command(
    name = "train",
    description = "Train demo_cnn on labelled images of 64 x 64, on the CPU; keep checkpoints.",
    footer = {
      "",
      "Writes step00000.safetensors (untrained) and so on, for --checkpoints of",
      "stability and --weights of the others, and _training.csv: of each checkpoint",
      "the mean loss since the one before, and the accuracy on the held-out images.",
      "The same seed gives the same weights on the same machine and --threads.",
      "",
      "Example: curtain demo train --images shapes/train --held-out shapes/held-out \\",
      "           --labels shapes/classes.tsv --output checkpoints",
    })
public final class DemoTrain implements Callable<Integer> {
  /**
   * The file of the training curve: for each checkpoint the step, the mean loss since the
   * checkpoint before (empty for the first), and the accuracy on held-out images.
   */
  public static final String CSV = "_training.csv";

  @Spec private CommandSpec spec;
  @Mixin private DemoOutput output;

  @Option(
      names = "--images",
      paramLabel = "URI",
      required = true,
      description = "Images to train with, in directories by class.")
  private String images;

  @Option(
      names = "--held-out",
      paramLabel = "URI",
      required = true,
      description = "Images that the accuracy is measured on.")
  private String heldOut;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      required = true,
      description = "Class list: index, directory, name, separated by tabs.")
  private String labels;

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "700",
      description = "Updates of the weights (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "32",
      description = "Images of an update (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--checkpoints",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "10",
      description = "Checkpoints to keep, 2 and up (default: ${DEFAULT-VALUE}).")
  private int checkpoints;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "314",
      description = "Seed of the first weights and the order (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description = "Threads to use, 1 to 65536 (default: all cores).")
  private Integer threads;

  private static final double RATE = 0.01;

  @Override
  public Integer call() throws Exception {
    if (checkpoints < 2) {
      throw new ParameterException(spec.commandLine(), "--checkpoints takes 2 and up");
    }
    Configuration conf = RunArguments.hadoop(new SparkConf());
    ClassList classes = ClassList.read(labels, conf);
    int cores = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    ProgramFile.prepareEngine(cores);
    List<ImageRef> train = ImageArguments.listed("--images", images, Long.MAX_VALUE, conf).refs();
    List<ImageRef> judged =
        ImageArguments.listed("--held-out", heldOut, Long.MAX_VALUE, conf).refs();
    if (train.size() < batch) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--images %s has %,d images, fewer than --batch-size %d",
              images,
              train.size(),
              batch));
    }
    DemoTraining training = new DemoTraining(seed, steps, batch, RATE, checkpoints);
    return output.run(
        settings(classes, train, judged, conf),
        Pattern.compile("\\.?step\\d+\\.safetensors|" + Pattern.quote(CSV)),
        train.size() + judged.size(),
        Version.build("fp32", "cpu"),
        () -> List.of(Machine.here(cores)),
        (directory, progress) -> {
          LabelledPixels learned = LabelledPixels.read(images, classes, conf);
          LabelledPixels judges = LabelledPixels.read(heldOut, classes, conf);
          Path kept = directory.begin(progress::warn);
          progress.begin("steps");
          double accuracy;
          try (Csv csv =
              new Csv(
                  Files.newOutputStream(kept.resolve(CSV)),
                  List.of("step", "loss", "accuracy"),
                  false)) {
            accuracy =
                OwnThread.run(
                    () ->
                        training.run(learned, judges, classes.size(), kept, meter(csv, progress)));
          }
          return String.format(
              Locale.ROOT,
              "%d checkpoints, the last right on %.1f %% of %,d held-out images, are",
              training.kept().size(),
              100 * accuracy,
              judged.size());
        },
        conf);
  }

  private Settings settings(
      ClassList classes, List<ImageRef> train, List<ImageRef> judged, Configuration conf)
      throws IOException {
    return Settings.builder()
        .add("images", OutputArguments.qualified(images, conf))
        .add("listing_sha256", ImageArguments.listingSha256(train))
        .add("held-out", OutputArguments.qualified(heldOut, conf))
        .add("held_out_listing_sha256", ImageArguments.listingSha256(judged))
        .add("labels", labels)
        .add("labels_sha256", ImageArguments.sha256(classes))
        .add("steps", steps)
        .add("batch-size", batch)
        .add("checkpoints", checkpoints)
        .add("learning_rate", RATE)
        .add("seed", seed)
        .withVersion();
  }

  private DemoTraining.Meter meter(Csv csv, Progress progress) {
    return new DemoTraining.Meter() {
      private double sum;
      private int count;

      @Override
      public void step(int step, double loss) {
        sum += loss;
        count++;
        progress.show(step, 0, step, steps);
      }

      @Override
      public void checkpoint(int step, double accuracy) throws IOException {
        csv.row(step, sum / count, accuracy);
        sum = 0;
        count = 0;
      }
    };
  }
}
