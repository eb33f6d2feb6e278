package curtain.jobs.pullbacks;

import curtain.compile.ProgramInfo;
import curtain.compile.ProgramInfo.Layer;
import curtain.images.source.DecodedImage;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.TemperatureUnit;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.Lengths;
import curtain.statistics.Vectors;
import java.io.IOException;
import java.util.List;

/**
 * Writes the rows of images: their pullbacks by target, then temperature, then the gradient; and
 * their decisions.
 */
public final class PullbackRows {
  /** The table of signs and selections. */
  public static final Table<DecisionRow> DECISIONS = Table.of("decisions", DecisionRow.class);

  private static final Table<PullbackRow> PULLBACKS = Table.of("pullbacks", PullbackRow.class);

  private static final Kind GRADIENT = new Kind("hard", null, null, "hard");

  private final Table<PullbackRow> table;
  private final Store store;
  private final List<Double> temperatures;
  private final TemperatureUnit unit;
  private final GradientUse gradient;
  private final PullbackGoals goals;
  private final ProgramInfo info;

  /**
   * Rows of the pullbacks of one program.
   *
   * @param store how pullbacks are kept
   * @param temperatures temperatures of gates and pools, in their unit
   * @param unit unit of the temperatures
   * @param gradient what is made of the vanilla gradient
   * @param goals logits or neurons that are pulled back
   * @param info gate, pool and layers of the program
   */
  PullbackRows(
      Store store,
      List<Double> temperatures,
      TemperatureUnit unit,
      GradientUse gradient,
      PullbackGoals goals,
      ProgramInfo info) {
    this.table = table(store);
    this.store = store;
    this.temperatures = temperatures;
    this.unit = unit;
    this.gradient = gradient;
    this.goals = goals;
    this.info = info;
  }

  /** The table {@code pullbacks}, with the column type of this way to store pullbacks. */
  public static Table<PullbackRow> table(Store store) {
    return switch (store) {
      case FLOAT32 -> PULLBACKS;
      case FLOAT16 -> PULLBACKS.with("pullback", ColumnType.FLOAT16_BINARY);
      case NONE -> PULLBACKS.without("pullback");
    };
  }

  /** Why a result cannot be stored, or null where it can. */
  String problem(ImagePullbacks result) {
    if (!result.isFinite()) {
      return goals.notFinite();
    }
    Lengths lengths = result.lengths().orElse(null);
    for (int k = 0; k < result.targets().length; k++) {
      boolean kept = true;
      if (gradient == GradientUse.ROWS) {
        kept =
            store.holds(
                lengths == null
                    ? Vectors.largest(result.gradient(k))
                    : lengths.gradientLargest()[k]);
      }
      for (int m = 0; m < temperatures.size(); m++) {
        kept &=
            store.holds(
                lengths == null ? Vectors.largest(result.pullback(m, k)) : lengths.largest()[m][k]);
      }
      if (!kept) {
        return "a pullback is beyond the range of float16; use --store float32";
      }
    }
    return null;
  }

  /**
   * Writes the pullbacks of an image.
   *
   * @param label class of the image, or null
   * @param result targets and their pullbacks at every temperature
   */
  void write(Rows rows, DecodedImage image, Integer label, ImagePullbacks result)
      throws IOException {
    Lengths lengths = result.lengths().orElse(null);
    for (int k = 0; k < result.targets().length; k++) {
      float[] vanilla = gradient.isComputed() ? result.gradient(k) : null;
      for (int m = 0; m < temperatures.size(); m++) {
        Kind kind =
            new Kind(
                info.options().gate().toString(),
                temperatures.get(m),
                unit.toString(),
                info.options().pool().toString());
        float[] pullback = result.pullback(m, k);
        double norm = lengths == null ? Vectors.norm(pullback) : lengths.norms()[m][k];
        Double cosine = vanilla == null ? null : cosine(lengths, m, k, pullback, vanilla);
        rows.write(table, row(image, label, result, k, kind, pullback, norm, cosine));
      }
      if (gradient == GradientUse.ROWS) {
        double norm = lengths == null ? Vectors.norm(vanilla) : lengths.gradientNorms()[k];
        Double cosine = norm > 0 ? 1.0 : null;
        rows.write(table, row(image, label, result, k, GRADIENT, vanilla, norm, cosine));
      }
    }
  }

  private static Double cosine(Lengths lengths, int m, int k, float[] pullback, float[] vanilla) {
    return lengths == null ? Vectors.cosine(pullback, vanilla) : lengths.cosine(m, k);
  }

  /** Writes the decisions of an image's forward pass, which do not depend on targets. */
  void writeDecisions(Rows rows, DecodedImage image, ImagePullbacks result) throws IOException {
    decisions(rows, image, "relu", info.relus(), result.signs());
    decisions(rows, image, "pool", info.pools(), result.selections());
  }

  private PullbackRow row(
      DecodedImage image,
      Integer label,
      ImagePullbacks result,
      int k,
      Kind kind,
      float[] pullback,
      double norm,
      Double cosine) {
    int target = result.targets()[k];
    return new PullbackRow(
        image.ref().imageId(),
        image.ref().ordinal(),
        label,
        goals.target(target),
        goals.neuron(target),
        kind.gate(),
        kind.temperature(),
        kind.unit(),
        kind.pool(),
        result.logits()[target],
        goals.neurons() == null ? (Float) (float) result.probability(target) : null,
        norm,
        cosine,
        image.shape(),
        store == Store.NONE ? null : pullback);
  }

  private static void decisions(
      Rows rows, DecodedImage image, String kind, List<Layer> layers, List<byte[]> data)
      throws IOException {
    for (int l = 0; l < data.size(); l++) {
      Layer layer = layers.get(l);
      int[] shape = layer.shape().stream().mapToInt(Integer::intValue).toArray();
      rows.write(
          DECISIONS,
          new DecisionRow(image.ref().imageId(), l, layer.name(), kind, shape, data.get(l)));
    }
  }
}
