package curtain.measures;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

/**
 * Random numbers seeded by a text such as {@code 314/cat/1.png/0}: equal on every machine and in
 * every run [spec 6].
 */
public final class Draws {
  private Draws() {}

  /**
   * {@link Random} whose seed is the first 8 bytes, big-endian, of SHA-256 of the text in UTF-8.
   */
  public static Random random(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Random(ByteBuffer.wrap(digest).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * x + n, not clipped, n normal with mean 0: {@link Random#nextGaussian} times the standard
   * deviation, in the order of x, added in double precision.
   *
   * @param x (C, H, W), row-major
   * @param deviation standard deviation of n, in units of x
   * @param text seeds n
   */
  public static float[] around(float[] x, double deviation, String text) {
    Random random = random(text);
    float[] noisy = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      noisy[i] = (float) (x[i] + deviation * random.nextGaussian());
    }
    return noisy;
  }

  /**
   * A permuted copy: for i from the last index down to 1, the values at i and at {@code nextInt(i +
   * 1)} change places (Fisher and Yates).
   *
   * @param text seeds the permutation
   */
  public static float[] permuted(float[] values, String text) {
    Random random = random(text);
    float[] permuted = values.clone();
    for (int i = permuted.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float value = permuted[i];
      permuted[i] = permuted[j];
      permuted[j] = value;
    }
    return permuted;
  }
}
