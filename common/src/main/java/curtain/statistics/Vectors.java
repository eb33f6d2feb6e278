package curtain.statistics;

/** Lengths and angles of float vectors, summed in double precision. */
public final class Vectors {
  private Vectors() {}

  /** The Euclidean norm |v|. */
  public static double norm(float[] v) {
    return Math.sqrt(dot(v, v));
  }

  /** The cosine of the angle between two vectors, within [-1, 1]; null where one of them is 0. */
  public static Double cosine(float[] v, float[] w) {
    double norms = Math.sqrt(dot(v, v)) * Math.sqrt(dot(w, w));
    return norms > 0 ? Math.max(-1, Math.min(1, dot(v, w) / norms)) : null;
  }

  /** The largest magnitude max |v_i|; NaN where there is a NaN, 0 for an empty vector. */
  public static float largest(float[] v) {
    float largest = 0;
    for (float value : v) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double dot(float[] v, float[] w) {
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      sum += (double) v[i] * w[i];
    }
    return sum;
  }
}
