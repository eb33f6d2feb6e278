package curtain.jobs.pullbacks;

import curtain.jobs.show.SampledImages;
import curtain.jobs.tables.Col;

/** A row of the table of pullbacks (spec 12). Shape and values are null if they were not read. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record PullbackRow(
    @Col(doc = "the image") String imageId,
    @Col(doc = "its place in the image set, from 0") long ordinal,
    @Col(doc = "its class, or null") Integer label,
    @Col(doc = "the class whose logit is pulled back; null for a neuron") Integer target,
    @Col(doc = "`NAME:CHANNEL`, summed over positions, or `NAME:CHANNEL:Y:X`; null for a class")
        String neuron,
    @Col(doc = "`--gate`, with its parameter; `hard` for the gradient") String gate,
    @Col(doc = "T, in its unit; null where the gate has none") Double temperature,
    @Col(doc = "`--temperature-unit`; null for the gradient") String temperatureUnit,
    @Col(doc = "`--pool`; `hard` for the gradient") String pool,
    @Col(doc = "logit of the class; for a neuron its pre-activation, or their sum over positions")
        float logit,
    @Col(doc = "softmax probability of the class; null for a neuron") Float probability,
    @Col(doc = "L2 norm of the pullback, also where it is not kept") Double norm,
    @Col(
            doc =
                "cosine with the vanilla gradient; null without `--cosine` or `--with-gradient`, and"
                    + " where one of the two is 0")
        Double cosineToGradient,
    @Col(doc = "shape of the pullback, (C, H, W)") int[] shape,
    @Col(
            doc =
                "the pullback, (C, H, W) row-major, per unit of x in [-1, 1]; binary, little-endian"
                    + " halves, with `--store float16`; no such column with `--store none`",
            large = true)
        float[] pullback)
    implements SampledImages.Row {
  /** Gate, temperature and pool. */
  public Kind kind() {
    return new Kind(gate, temperature, temperatureUnit, pool);
  }

  /** The row with null for shape and pullback. */
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

  /**
   * Gate, temperature and pool of a pullback.
   *
   * @param gate value of {@code --gate}
   * @param temperature T in its unit; null where the gate has none
   * @param unit value of {@code --temperature-unit}; null for the gradient
   * @param pool value of {@code --pool}
   */
  public record Kind(String gate, Double temperature, String unit, String pool) {
    /** Whether it is the vanilla gradient: hard gates and pools, no temperature. */
    public boolean isGradient() {
      return temperature == null && gate.equals("hard") && pool.equals("hard");
    }

    /** A label for people, as {@code sigmoid, T = 0.3}; softmax pools are not mentioned. */
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
