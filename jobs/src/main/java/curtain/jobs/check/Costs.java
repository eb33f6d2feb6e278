package curtain.jobs.check;

import curtain.compile.ProgramInfo.Layer;
import curtain.jobs.stability.Checkpoints;
import curtain.jobs.task.Progress;
import curtain.measures.Attribution;
import curtain.measures.Curve;
import curtain.measures.Measure;
import curtain.measures.MeasureOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * About how long commands take with their default options, and how large their outputs become: the
 * numbers of passes that each makes, times the seconds of a pass.
 *
 * @param images number of images
 * @param side side of an image as the network takes it, pixels
 * @param decode seconds to read and decode an image
 * @param threads number of threads
 */
record Costs(long images, int side, double decode, int threads) {
  /** Steps of a walk without {@code --steps}. */
  private static final int STEPS = 10;

  /** Checkpoints of a run where none are given. */
  private static final int CHECKPOINTS = 10;

  /** Bytes of a pair of images in the tiles: four numbers in float64 and a sign. */
  private static final int PAIR = 33;

  /** Bytes of a packed row of {@code measures}. */
  private static final int MEASURE = 12;

  /** Bytes of a channel in {@code calibration}, and of a layer's histogram. */
  private static final int CHANNEL = 100;

  private static final int HISTOGRAM = 2000;

  /** Bytes of a row of two checkpoints and a layer. */
  private static final int FLIPS = 20;

  /**
   * A command's estimate.
   *
   * @param command its name, and what it is of
   * @param seconds time
   * @param bytes size of the output
   */
  record Estimate(String command, double seconds, double bytes) {
    /** Time in words. */
    String time() {
      return seconds < 1 ? "< 1 s" : Progress.duration(Math.round(seconds));
    }
  }

  /** What {@code ingest} takes. */
  Estimate ingest() {
    return new Estimate("ingest", images * decode / threads, images * pixels());
  }

  /** What {@code pullbacks} takes. */
  Estimate pullbacks(Trial trial) {
    return each("pullbacks", trial.pullback(), pixels() * Float.BYTES);
  }

  /**
   * What the commands take that pass images through a network, without {@link #ingest}.
   *
   * @param features length of the penultimate feature
   * @param checkpoints number of checkpoints, or 0 where none are given
   */
  List<Estimate> all(Trial trial, int features, int checkpoints) {
    return List.of(
        pullbacks(trial),
        ascend(trial),
        measures(trial),
        calibrate(trial),
        stability(trial, checkpoints == 0 ? CHECKPOINTS : checkpoints),
        gram(trial, features));
  }

  private double pixels() {
    return 3.0 * side * side;
  }

  private Estimate each(String command, double seconds, double bytes) {
    return new Estimate(command, images * withDecoding(seconds), images * bytes);
  }

  /**
   * The seconds of an image whose passes take so many: it is decoded by one thread beside those of
   * the network, which share the processors with it.
   */
  private double withDecoding(double seconds) {
    return Math.max(decode, seconds + decode / threads);
  }

  /**
   * A forward pass, a pullback and a gradient, whose backward pass is as long as the pullback's.
   */
  private static double withGradient(Trial trial) {
    return 2 * trial.pullback() - trial.forward();
  }

  private Estimate ascend(Trial trial) {
    return each(
        "ascend", STEPS * trial.pullback() + 2 * trial.forward(), 2 * pixels() * Float.BYTES);
  }

  private Estimate measures(Trial trial) {
    MeasureOptions options =
        new MeasureOptions(
            List.of(Attribution.PULLBACK, Attribution.GRADIENT),
            Arrays.stream(Measure.values()).filter(each -> !each.needsMask()).toList(),
            0);
    int directions = options.directions(1);
    int shown = 2 * directions * (Curve.STEPS + 1);
    return each(
        "measures",
        options.backwardPasses() * withGradient(trial) + (1 + shown) * trial.forward(),
        (double) directions * options.measures().size() * MEASURE);
  }

  private Estimate calibrate(Trial trial) {
    List<Layer> layers = trial.info().relus();
    long channels = layers.stream().mapToLong(layer -> layer.shape().get(0)).sum();
    return new Estimate(
        "calibrate",
        images * withDecoding(trial.distribution()),
        (double) channels * CHANNEL + (double) layers.size() * HISTOGRAM);
  }

  private Estimate stability(Trial trial, int checkpoints) {
    List<Layer> layers = trial.info().relus();
    long gates = layers.stream().mapToLong(Layer::size).sum();
    double lending = Math.min(checkpoints, Checkpoints.MOST_LENDING);
    double passes =
        checkpoints * withGradient(trial)
            + lending * trial.forward()
            + 2 * lending * checkpoints * trial.forward();
    double bytes =
        checkpoints * gates / 4.0 + (double) checkpoints * checkpoints * layers.size() * FLIPS;
    String name =
        String.format(
            Locale.ROOT, "stability, %,d checkpoint%s", checkpoints, checkpoints == 1 ? "" : "s");
    return new Estimate(name, images * withDecoding(passes), bytes);
  }

  private Estimate gram(Trial trial, int features) {
    double pairs = images * (images + 1.0) / 2;
    double members = (double) images * Float.BYTES * (trial.info().classes() + features);
    return new Estimate(
        "gram",
        images * withDecoding(trial.observe()) + pairs * trial.pair(),
        members + pairs * PAIR);
  }
}
