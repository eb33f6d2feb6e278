package curtain.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import curtain.bench.PowerLaw;
import curtain.calibration.Median;
import curtain.jobs.command.Ranges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.fs.FileUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code curtain bench growth}: whole commands on generated images of 32 x 32 and networks with
 * random weights, at several sizes each, every one in a process of its own; and the power of the
 * size by which their time and their memory grow beyond what they take at any size, see {@link
 * PowerLaw}.
 *
 * <pre>
 * ./curtain bench growth --page docs/performance.md
 * </pre>
 */
@Command(
    name = "growth",
    description = "Measure how time and memory grow with images, gates, checkpoints and targets.",
    footer = {
      "",
      "Runs pullbacks, gram and stability on random pixels of 32 x 32, and the CIFAR ResNets with",
      "random weights, each size in a process of its own, and fits a + b n^e to the times from",
      "start to end, and to the peaks of resident memory: a is what any size takes, Java's and",
      "Spark's start for one; a and b are at least 0, and relative residuals have the smallest sum",
      "of squares. Beside e stand the smallest and the largest that it is where one of the sizes is",
      "left out. What grows by less than a tenth is called constant, with e = 0; of fewer than five",
      "sizes there is no fit. Gram's time grows as all pairs do, with e = 2; no other e should be",
      "above 1.02.",
      "",
      "With --json a line is of one size: grows, size, seconds, peak_resident_mib; and after the",
      "last of them grows, sizes, time_exponent, time_exponent_least, time_exponent_most, and the",
      "same of memory. At 100000 images java.io.tmpdir needs a gigabyte.",
    })
final class BenchGrowth implements Callable<Integer> {
  /** Columns of the table. */
  static final List<String> COLUMNS =
      List.of(
          "what grows",
          "from",
          "to",
          "seconds",
          "exponent of time",
          "peak memory, MiB",
          "exponent of memory");

  private static final int LEAST = 1_000;
  private static final int GREATEST = 10_000_000;

  @Spec private CommandSpec spec;
  @Mixin private TableArguments tables;

  @Option(
      names = "--of",
      paramLabel = "WHAT",
      split = ",",
      hideParamSyntax = true,
      defaultValue = "images,gram-images,gates,checkpoints,targets",
      description = "What grows, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Growing> growing;

  @Option(
      names = "--most",
      paramLabel = "N",
      converter = Ranges.PositiveLong.class,
      defaultValue = "100000",
      description =
          "Images of the largest set of pullbacks, 1000 to 10000000; sets go from 100 in steps of about"
              + " three, those of gram to a tenth of N; gates grow over a twentieth of N images,"
              + " checkpoints and targets over a hundredth (default: ${DEFAULT-VALUE}).")
  private long most;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "1",
      description = "Runs of each size; their medians count (default: ${DEFAULT-VALUE}).")
  private int repeat;

  private boolean failed;

  /** What was measured at one size; memory is NaN where the system does not tell. */
  private record Point(long size, double seconds, double mib) {}

  @Override
  public Integer call() throws Exception {
    if (most < LEAST || most > GREATEST) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "--most %d: it is from %d to %d", most, LEAST, GREATEST));
    }
    BenchTables to = tables.begin();
    try (FreshRuns runs = new FreshRuns(spec)) {
      to.header(COLUMNS);
      for (Growing each : growing) {
        grow(each, runs, to);
      }
      to.end();
    }
    to.finish();
    return failed ? 1 : 0;
  }

  private void grow(Growing what, FreshRuns runs, BenchTables to)
      throws IOException, InterruptedException {
    List<Point> points = new ArrayList<>();
    for (Growing.Size size : what.sizes((int) most, runs.folder())) {
      List<String> words = new ArrayList<>(size.command().make());
      Path output = runs.folder().resolve("output");
      words.addAll(List.of("--output", output.toString(), "--device", "cpu"));
      words.addAll(List.of("--threads", String.valueOf(tables.threads())));
      double[] seconds = new double[repeat];
      double[] mib = new double[repeat];
      boolean done = true;
      for (int i = 0; i < repeat && done; i++) {
        FreshRuns.Ended ended = tables.run(runs, to, words);
        FileUtil.fullyDelete(output.toFile());
        done = ended.done();
        seconds[i] = ended.seconds();
        mib[i] = ended.peakMib() == null ? Double.NaN : ended.peakMib();
      }
      if (done) {
        Point point = new Point(size.number(), Median.of(seconds), Median.of(mib));
        points.add(point);
        to.figures(figures(what, point));
      } else {
        failed = true;
      }
    }
    if (!points.isEmpty()) {
      conclude(what, points, to);
    }
  }

  private static Map<String, Object> figures(Growing what, Point point) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("grows", what.toString());
    figures.put("size", point.size());
    figures.put("seconds", point.seconds());
    figures.put("peak_resident_mib", Double.isNaN(point.mib()) ? null : point.mib());
    return figures;
  }

  private static void conclude(Growing what, List<Point> points, BenchTables to)
      throws JsonProcessingException {
    Optional<PowerLaw> time = fit(points, Point::seconds);
    Optional<PowerLaw> memory = fit(points, Point::mib);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("grows", what.toString());
    figures.put("sizes", points.size());
    put(figures, "time", time);
    put(figures, "memory", memory);
    to.figures(figures);

    Point first = points.get(0);
    Point last = points.get(points.size() - 1);
    to.row(
        List.of(
            what.title(),
            String.format(Locale.ROOT, "%,d", first.size()),
            String.format(Locale.ROOT, "%,d", last.size()),
            String.format(Locale.ROOT, "%,.1f to %,.1f", first.seconds(), last.seconds()),
            exponent(time),
            String.format(Locale.ROOT, "%,.0f to %,.0f", first.mib(), last.mib()),
            exponent(memory)));
  }

  private static Optional<PowerLaw> fit(List<Point> points, ToDoubleFunction<Point> value) {
    double[] values = points.stream().mapToDouble(value).toArray();
    return Arrays.stream(values).anyMatch(Double::isNaN)
        ? Optional.empty()
        : PowerLaw.fit(points.stream().mapToDouble(Point::size).toArray(), values);
  }

  private static void put(Map<String, Object> figures, String what, Optional<PowerLaw> law) {
    figures.put(what + "_exponent", law.map(PowerLaw::exponent).orElse(null));
    figures.put(what + "_exponent_least", law.map(PowerLaw::least).orElse(null));
    figures.put(what + "_exponent_most", law.map(PowerLaw::most).orElse(null));
  }

  private static String exponent(Optional<PowerLaw> law) {
    if (law.isEmpty()) {
      return Figures.MISSING;
    }
    PowerLaw found = law.get();
    return found.exponent() == 0
        ? "0, constant"
        : String.format(
            Locale.ROOT, "%.2f (%.2f to %.2f)", found.exponent(), found.least(), found.most());
  }
}
