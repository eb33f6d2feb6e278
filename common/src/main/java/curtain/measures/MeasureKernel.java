package curtain.measures;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.pullback.Softmax;
import curtain.pullback.Targets;
import curtain.pullback.Temperatures;
import curtain.statistics.Vectors;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures pullbacks and other directions [spec 6] in micro-batches. A row of a micro-batch is one
 * class and an image as it is, with noise, or partly blurred; rows of different images share
 * batches, see {@link PointQueue}. Memory: the directions of as many pairs of image and class as a
 * micro-batch has rows.
 *
 * <p>{@link Measure#TARGET_SPECIFICITY} compares the two largest logits of the image itself, and so
 * is the same for all classes of an image.
 */
public final class MeasureKernel implements AutoCloseable {
  private final LoadedProgram program;
  private final MeasureOptions options;
  private final int rows;
  private final int side;
  private final int temperatures;
  private final MicroBatch inputs;
  private final NDManager manager;
  private final List<PtNDArray> temperatureList;
  private final PointQueue logits;
  private final DirectionQueue directions;
  private final Map<Randomisation, DirectionQueue> randomised = new EnumMap<>(Randomisation.class);

  /**
   * Prepares the temperatures on the programs' device.
   *
   * @param program the network's program
   * @param randomised for each of the options' randomisations the program of the network with
   *     permuted weights, on the same device
   * @param batchSize rows of a micro-batch, at least 1; a batch of one is run as two
   * @param temperatures temperatures of gates and pools
   * @throws IllegalArgumentException if the temperatures are those of other layers, the batch is
   *     empty or a program is missing
   */
  public MeasureKernel(
      LoadedProgram program,
      Map<Randomisation, LoadedProgram> randomised,
      int batchSize,
      Temperatures temperatures,
      MeasureOptions options) {
    if (!randomised.keySet().containsAll(options.randomisations())) {
      throw new IllegalArgumentException("no program for one of " + options.randomisations());
    }
    this.program = program;
    this.options = options;
    this.side = program.info().imageSize();
    this.temperatures = temperatures.count();
    this.manager = program.newManager();
    this.inputs = new MicroBatch(batchSize, side, manager);
    this.rows = inputs.rows();
    this.temperatureList = temperatures.tensors(manager, program.info().relus());
    this.logits = queue(program, PointQueue.Question.LOGITS);
    this.directions = directions(program);
    for (Randomisation each : options.randomisations()) {
      this.randomised.put(each, directions(randomised.get(each)));
    }
  }

  private PointQueue queue(LoadedProgram of, PointQueue.Question question) {
    return new PointQueue(of, question, inputs, rows, temperatures, temperatureList);
  }

  private DirectionQueue directions(LoadedProgram of) {
    return new DirectionQueue(
        queue(of, PointQueue.Question.PULLBACKS),
        queue(of, PointQueue.Question.GRADIENT),
        options.attributions(),
        temperatures,
        side,
        options.seed());
  }

  /** An image, with what its classes share. */
  private static final class Subject {
    private final MeasuredImage image;
    private final float[] x;
    private float[] logits;
    private boolean finite = true;

    Subject(MeasuredImage image, float[] x) {
      this.image = image;
      this.x = x;
    }
  }

  /** One class of an image, with its directions and the values measured of them. */
  private final class Case {
    private final Subject subject;
    private final int target;
    private final Double[][] values;
    private float[][] v;

    Case(Subject subject, int target) {
      this.subject = subject;
      this.target = target;
      this.values = new Double[options.directions(temperatures)][options.measures().size()];
    }

    void put(int direction, Measure measure, Double value) {
      values[direction][options.measures().indexOf(measure)] = value;
    }
  }

  /**
   * Measures images.
   *
   * @return one result for each image, in order
   * @throws IllegalArgumentException if an image has another size, has no mask and needs one, or
   *     the targets do not fit the images or the network
   */
  public List<ImageMeasures> run(List<MeasuredImage> images, Targets targets) {
    targets.check(images.size(), program.info().classes());
    List<Subject> subjects = new ArrayList<>();
    for (MeasuredImage image : images) {
      if (options.needMasks() && (image.mask() == null || image.mask().length != side * side)) {
        throw new IllegalArgumentException("no mask of " + side + " x " + side + ": " + image.id());
      }
      subjects.add(new Subject(image, inputs.values(image.pixels())));
    }
    for (Subject subject : subjects) {
      logits.add(
          subject.x,
          0,
          (found, none) -> {
            subject.logits = found;
            subject.finite = Float.isFinite(Vectors.largest(found));
          });
    }
    logits.flush();
    List<List<Case>> cases = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      List<Integer> classes =
          targets.top() > 0 ? largest(subject, targets.top()) : targets.classes().get(i);
      cases.add(classes.stream().map(target -> new Case(subject, target)).toList());
    }
    List<Case> all = cases.stream().flatMap(List::stream).filter(c -> c.subject.finite).toList();
    for (int from = 0; from < all.size(); from += rows) {
      measure(all.subList(from, Math.min(from + rows, all.size())));
    }
    List<ImageMeasures> results = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      results.add(
          new ImageMeasures(
              cases.get(i).stream().map(each -> each.target).toList(),
              cases.get(i).stream().map(each -> each.values).toList(),
              subjects.get(i).finite));
    }
    return results;
  }

  private List<Integer> largest(Subject subject, int count) {
    return Targets.largest(subject.logits, subject.logits.length, count).get(0);
  }

  private void measure(List<Case> cases) {
    for (Case each : cases) {
      directions.add(
          each.subject.x,
          each.target,
          each.subject.image.id(),
          found -> each.v = checked(each.subject, found));
    }
    directions.flush();
    List<Case> finite = cases.stream().filter(each -> each.subject.finite).toList();
    finite.forEach(this::ofDirectionAlone);
    if (options.has(Measure.TARGET_SPECIFICITY)) {
      targetSpecificity(finite);
    }
    if (options.has(Measure.NOISE_STABILITY)) {
      noiseStability(finite);
    }
    randomised.forEach((randomisation, queue) -> randomisation(finite, randomisation, queue));
    if (options.has(Measure.INSERTION) || options.has(Measure.DELETION)) {
      curves(finite);
    }
    cases.forEach(each -> each.v = null);
  }

  /** Gives the directions back, and marks the image where one of them is not finite. */
  private static float[][] checked(Subject subject, float[][] directions) {
    for (float[] direction : directions) {
      subject.finite = subject.finite && Float.isFinite(Vectors.largest(direction));
    }
    return directions;
  }

  private void ofDirectionAlone(Case each) {
    for (int d = 0; d < each.v.length; d++) {
      if (Vectors.largest(each.v[d]) == 0) {
        continue;
      }
      if (options.has(Measure.SPARSITY)) {
        each.put(d, Measure.SPARSITY, Gini.of(each.v[d]));
      }
      if (options.needMasks()) {
        double[] magnitude = Pixels.magnitude(each.v[d], side * side);
        boolean[] mask = each.subject.image.mask();
        if (options.has(Measure.LOCALISATION)) {
          each.put(d, Measure.LOCALISATION, Pixels.localisation(magnitude, mask));
        }
        if (options.has(Measure.POINTING_GAME)) {
          each.put(d, Measure.POINTING_GAME, Pixels.pointingGame(magnitude, mask));
        }
      }
    }
  }

  private void targetSpecificity(List<Case> cases) {
    List<Subject> subjects = cases.stream().map(each -> each.subject).distinct().toList();
    for (Subject subject : subjects) {
      List<Integer> two = largest(subject, Math.min(2, subject.logits.length));
      if (two.size() < 2) {
        continue; // a network of one class
      }
      List<Case> own = cases.stream().filter(each -> each.subject == subject).toList();
      float[][][] first = new float[1][][];
      directions.add(
          subject.x, two.get(0), subject.image.id(), found -> first[0] = checked(subject, found));
      directions.add(
          subject.x,
          two.get(1),
          subject.image.id(),
          found -> {
            checked(subject, found);
            for (int d = 0; d < found.length; d++) {
              Double cosine = Vectors.cosine(first[0][d], found[d]);
              for (Case each : own) {
                each.put(d, Measure.TARGET_SPECIFICITY, cosine == null ? null : 1 - cosine);
              }
            }
          });
    }
    directions.flush();
  }

  private void noiseStability(List<Case> cases) {
    for (Case each : cases) {
      double[] sums = new double[each.v.length];
      for (int r = 0; r < Measure.DRAWS; r++) {
        boolean last = r == Measure.DRAWS - 1;
        String id = each.subject.image.id();
        float[] noisy =
            Draws.around(
                each.subject.x, Measure.DRAW_DEVIATION, options.seed() + "/" + id + "/" + r);
        directions.add(
            noisy,
            each.target,
            id,
            found -> {
              checked(each.subject, found);
              for (int d = 0; d < sums.length; d++) {
                Double cosine = Vectors.cosine(each.v[d], found[d]);
                // the mean is not defined where one cosine is not
                sums[d] += cosine == null ? Double.NaN : cosine;
                if (last) {
                  double mean = sums[d] / Measure.DRAWS;
                  each.put(d, Measure.NOISE_STABILITY, Double.isNaN(mean) ? null : mean);
                }
              }
            });
      }
    }
    directions.flush();
  }

  private void randomisation(List<Case> cases, Randomisation how, DirectionQueue queue) {
    for (Case each : cases) {
      queue.add(
          each.subject.x,
          each.target,
          each.subject.image.id(),
          found -> {
            checked(each.subject, found);
            for (int d = 0; d < found.length; d++) {
              each.put(d, Measure.of(how), Vectors.cosine(each.v[d], found[d]));
            }
          });
    }
    queue.flush();
  }

  private void curves(List<Case> cases) {
    for (Case each : cases) {
      float[] x = each.subject.x;
      float[] blurred = Blur.of(x, side);
      for (int d = 0; d < each.v.length; d++) {
        if (Vectors.largest(each.v[d]) == 0) {
          continue;
        }
        int[] ranked = Pixels.ranked(ranking(d, each.v[d], x));
        if (options.has(Measure.INSERTION)) {
          curve(each, d, Measure.INSERTION, ranked, blurred, x);
        }
        if (options.has(Measure.DELETION)) {
          curve(each, d, Measure.DELETION, ranked, x, blurred);
        }
      }
    }
    logits.flush();
  }

  /**
   * The numbers that rank pixels: sum_c |v x|; for integrated gradients, which have x as a factor,
   * sum_c |v|.
   */
  private double[] ranking(int direction, float[] v, float[] x) {
    int position = Math.max(0, direction - temperatures + 1);
    return options.attributions().get(position) == Attribution.INTEGRATED_GRADIENTS
        ? Pixels.magnitude(v, side * side)
        : Pixels.relevance(v, x, side * side);
  }

  /**
   * Measures the area under the target's probability while the ranked pixels of {@code from} are
   * replaced by those of {@code to}.
   */
  private void curve(
      Case each, int direction, Measure measure, int[] ranked, float[] from, float[] to) {
    float[] between = from.clone();
    double[] heights = new double[Curve.STEPS + 1];
    int shown = 0;
    for (int k = 0; k <= Curve.STEPS; k++) {
      int step = k;
      for (; shown < Curve.pixels(k, ranked.length); shown++) {
        for (int at = ranked[shown]; at < between.length; at += ranked.length) {
          between[at] = to[at];
        }
      }
      logits.add(
          between.clone(),
          each.target,
          (found, none) -> {
            heights[step] = Softmax.probability(found, each.target);
            if (step == Curve.STEPS) {
              double area = Curve.area(heights);
              each.subject.finite = each.subject.finite && Double.isFinite(area);
              each.put(direction, measure, area);
            }
          });
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
