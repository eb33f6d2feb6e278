package curtain.jobs.pullbacks;

import curtain.jobs.show.SampledImages;
import curtain.jobs.tables.Col;

/**
 * A row of the table of pullbacks (spec 12). A reader that asked for no values has neither shape
 * nor pullback.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record PullbackRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "the class whose logit is pulled back; null of a neuron") Integer target,
    @Col(doc = "`NAME:CHANNEL`, summed over positions, or `NAME:CHANNEL:Y:X`; null of a class")
        String neuron,
    @Col(doc = "`--gate`, with its parameter; `hard` of the gradient") String gate,
    @Col(doc = "T, in its unit; null where the gate has none") Double temperature,
    @Col(doc = "`--temperature-unit`; null of the gradient") String temperatureUnit,
    @Col(doc = "`--pool`; `hard` of the gradient") String pool,
    @Col(doc = "of the class; of a neuron its pre-activation, or their sum") float logit,
    @Col(doc = "softmax of the class; null of a neuron") Float probability,
    @Col(doc = "L2 norm of the pullback, also where it is not kept") Double norm,
    @Col(doc = "cosine with the vanilla gradient; null where one of the two is 0")
        Double cosineToGradient,
    @Col(doc = "(C, H, W)") int[] shape,
    @Col(
            doc =
                "(C, H, W) row-major, per unit of x in [-1, 1]; with `--store float16` binary,"
                    + " little-endian halves; with `none` there is no such column",
            large = true)
        float[] pullback)
    implements SampledImages.Row {
  /** Gate, temperature and pool. */
  public Kind kind() {
    return new Kind(gate, temperature, temperatureUnit, pool);
  }

  /** The same without shape and pullback. */
  PullbackRow light() {
    return new PullbackRow(
        imageId,
        ordinal,
        label,
        target,
        neuron,
        gate,
        temperature,
        temperatureUnit,
        pool,
        logit,
        probability,
        norm,
        cosineToGradient,
        null,
        null);
  }

  /** What makes a row a pullback of its kind. */
  public record Kind(String gate, Double temperature, String unit, String pool) {
    /** Whether {@code --with-gradient} made the row. */
    public boolean isGradient() {
      return temperature == null && gate.equals("hard") && pool.equals("hard");
    }

    /** For people: {@code sigmoid, T = 0.3}; softmax pools are not mentioned. */
    public String label() {
      if (isGradient()) {
        return "gradient";
      }
      String text = gate;
      if (temperature != null) {
        text += ", T\u00a0=\u00a0" + (temperature + "").replaceFirst("\\.0$", "");
        text += unit == null || unit.equals("absolute") ? "" : "\u00a0" + unit;
      }
      return pool.equals("softmax") ? text : text + ", " + pool + "\u00a0pools";
    }
  }
}
