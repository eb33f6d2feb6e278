package curtain.jobs.pullbacks;

/**
 * A row of {@code pullbacks/} (spec 12) as a reader wants it.
 *
 * @param target class index, or null where the row is a neuron's
 * @param neuron or null where the row is a class's
 * @param kind gate, temperature and pool
 * @param probability of the class, or null
 * @param norm L2, of the pullback
 * @param cosine to the gradient, null where one of them is 0
 * @param shape (C, H, W), or null where values were not asked for
 * @param values row-major, or null
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record PullbackRow(
    String imageId,
    long ordinal,
    Integer label,
    Integer target,
    String neuron,
    Kind kind,
    float logit,
    Float probability,
    Double norm,
    Double cosine,
    int[] shape,
    float[] values) {
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
