package curtain.jobs.bench;

import ai.djl.Device;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.engine.Devices;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.RunArguments;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.PeakMemory;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import curtain.network.Network;
import curtain.network.RandomWeights;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that all benchmarks share, and the figures that all of them print. */
final class BenchArguments {
  /** The value of {@code --weights} that stands for no file. */
  static final String RANDOM = "random";

  private static final long SEED = 0;

  @Mixin private ModelArguments model;
  @Mixin private EngineArguments engine;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "3",
      description =
          "Timed passes, after untimed ones; their median is printed (default: ${DEFAULT-VALUE}).")
  private int repeat;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description = "Threads to use (default: all cores).")
  private Integer threads;

  /**
   * Reads the network, or draws its weights where {@code --weights} is {@value #RANDOM}.
   *
   * @throws IOException when storage fails, or the weights do not fit the model
   */
  Network network() throws IOException {
    if (model.weights().equals(RANDOM)) {
      return RandomWeights.network(model.architecture(), model.normalisation(), SEED);
    }
    return model.read(RunArguments.hadoop(new SparkConf())).network();
  }

  /**
   * Pixels of the first images of a set, at most a batch, transformed as the model's are.
   *
   * @param option that names the set
   * @return one or more, each (3, H, W) in 8 bits
   * @throws IOException when storage fails, or none of them can be used
   */
  List<byte[]> pixels(String option, String uri) throws IOException {
    Configuration conf = RunArguments.hadoop(new SparkConf());
    ModelDefaults defaults = new ModelDefaults(model.architecture());
    ImageOptions options =
        new ImageOptions(
            defaults.transform(), defaults.cropSize(), ImageOptions.DEFAULT_MAX_PIXELS);
    ImageSet set = ImageArguments.listed(option, uri, batchSize(), conf);
    set.check(options);
    List<byte[]> pixels = new ArrayList<>();
    List<ImageError> errors = new ArrayList<>();
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(set.refs(), options, conf)) {
      while (outcomes.hasNext()) {
        Outcome outcome = outcomes.next();
        if (outcome instanceof DecodedImage image) {
          pixels.add(image.pixels());
        } else {
          errors.add((ImageError) outcome);
        }
      }
    }
    if (pixels.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s %s: none of the first %d images can be used; the first: %s; curtain check says"
                  + " more",
              option,
              uri,
              errors.size(),
              errors.get(0).reason()));
    }
    return pixels;
  }

  /** Prepares the engine and chooses the device. */
  Device device() {
    ProgramFile.prepareEngine(cores());
    return Devices.of(engine.device(new SparkConf(), new Threads("local[1]", cores())), 0);
  }

  int batchSize() {
    return engine.batchSize();
  }

  int repeat() {
    return repeat;
  }

  private int cores() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** The first figures of every benchmark: engine, threads, network and batch. */
  Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("torch", Version.libraries().get("pytorch"));
    figures.put("threads", cores());
    figures.put("net", model.architecture().name());
    figures.put("batch", batchSize());
    return figures;
  }

  /** Adds the last figures of every benchmark: device, and peak memory of the process in MiB. */
  static void putPlace(Map<String, Object> figures, Device device) throws IOException {
    figures.put("device", device.isGpu() ? "gpu" : "cpu");
    figures.put("peak_resident_mib", PeakMemory.mib());
  }

  /** Prints the figures as one JSON line. */
  static void print(Map<String, Object> figures, PrintWriter out) throws JsonProcessingException {
    out.println(new ObjectMapper().writeValueAsString(figures));
    out.flush();
  }
}
