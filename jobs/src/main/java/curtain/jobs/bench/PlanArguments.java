package curtain.jobs.bench;

import curtain.jobs.command.Ranges;
import curtain.jobs.gram.GramForecast.Rate;
import curtain.jobs.gram.GramForecast.Source;
import curtain.jobs.gram.Keep;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code bench gram --plan}, a Gram matrix that is not computed. */
final class PlanArguments {
  /** Rates of storage and decoders, which a benchmark of networks does not measure. */
  private static final Map<Rate, Double> ASSUMED =
      Map.of(Rate.DECODE, 1000.0, Rate.READ, 1000.0, Rate.WRITE, 200.0);

  /** Bytes of a photo of ImageNet's training set, on average: 147.9 GB, 1,281,167 photos. */
  private static final long ENCODED_BYTES = 115_000;

  @Option(
      names = "--plan",
      paramLabel = "N",
      required = true,
      converter = Ranges.PositiveLong.class,
      description =
          "Compute nothing, and print a table of how long the matrix of N images with each other"
              + " would take, part by part: from rates that are measured here, and from those that"
              + " --rate gives.")
  private long images;

  @Option(
      names = "--keep",
      paramLabel = "WHAT",
      converter = KeepConverter.class,
      description =
          "Of a plan: what to keep, as gram has it: tiles, top:K or none (default: tiles).")
  private Keep keep;

  @Option(
      names = "--devices",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description =
          "Of a plan: devices that work at once, 1 to 65536, each with a task of its own (default:"
              + " 1).")
  private Integer devices;

  @Option(
      names = "--columns-from",
      paramLabel = "WHAT",
      description =
          "Of a plan: where the gates of columns come from, for each block of rows: images, decoded"
              + " again; pixels, which ingest decoded once; store, packed gates (default: pixels).")
  private Source source;

  @Option(
      names = "--image-bytes",
      paramLabel = "N",
      converter = Ranges.PositiveLong.class,
      description =
          "Of a plan with --columns-from images: bytes of an image's file, on average (default:"
              + " 115000).")
  private Long imageBytes;

  @Option(
      names = "--rate",
      paramLabel = "WHAT=NUMBER",
      split = ",",
      hideParamSyntax = true,
      description =
          "Of a plan: rates of one device and what feeds it, separated by commas, in place of those"
              + " that are measured: passes, images a second that the network takes; products, 10^9"
              + " gates a second that whole tiles multiply; reduce, 10^6 pairs a second that one"
              + " task reduces; merge, 10^6 rows a second that the driver merges; and of those that"
              + " are assumed, decode (1000), images a second; read (1000) and write (200), MB a"
              + " second.")
  private Map<Rate, Double> rates;

  /** The number of images. */
  long images() {
    return images;
  }

  Keep keep() {
    return keep == null ? Keep.parse("tiles") : keep;
  }

  int devices() {
    return devices == null ? 1 : devices;
  }

  Source source() {
    return source == null ? Source.PIXELS : source;
  }

  /**
   * Bytes of an image's file.
   *
   * @throws IllegalArgumentException where they are given and nothing depends on them
   */
  long imageBytes() {
    if (imageBytes != null && source() != Source.IMAGES) {
      throw new IllegalArgumentException(
          "--image-bytes has no part in a plan with --columns-from " + source());
    }
    return imageBytes == null ? ENCODED_BYTES : imageBytes;
  }

  /**
   * The rates that are given.
   *
   * @throws IllegalArgumentException where one is no number above 0
   */
  Map<Rate, Double> given() {
    Map<Rate, Double> given = new EnumMap<>(Rate.class);
    if (rates != null) {
      rates.forEach(
          (rate, value) -> {
            if (!(value > 0 && Double.isFinite(value))) {
              throw new IllegalArgumentException(
                  String.format(
                      Locale.ROOT, "--rate %s=%s: a rate is a number above 0", rate, value));
            }
            given.put(rate, value);
          });
    }
    return given;
  }

  /** The rate that stands in the place of one that is not measured, or null. */
  static Double assumed(Rate rate) {
    return ASSUMED.get(rate);
  }

  private static final class KeepConverter implements ITypeConverter<Keep> {
    @Override
    public Keep convert(String value) {
      try {
        return Keep.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
