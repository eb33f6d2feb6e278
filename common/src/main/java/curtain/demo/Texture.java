package curtain.demo;

import java.util.Random;

/**
 * A pattern of two colours over the plane: what objects and backgrounds are filled with. Kind,
 * colours, size, direction and phase are drawn without regard to the class. Values are computed by
 * means that every Java computes alike, so that images are the same everywhere.
 */
final class Texture {
  private static final int KINDS = 6;

  private final int kind;
  private final int[] from;
  private final int[] to;
  private final double period;
  private final double cos;
  private final double sin;
  private final double phase;
  private final int salt;

  /**
   * A random pattern.
   *
   * @param colour that it varies round, red, green and blue
   * @param contrast the most that a channel varies by, to both sides
   */
  Texture(Random random, int[] colour, int contrast) {
    kind = random.nextInt(KINDS);
    from = varied(random, colour, contrast);
    to = varied(random, colour, contrast);
    period = 4 + 8 * random.nextDouble();
    double angle = 2 * StrictMath.PI * random.nextDouble();
    cos = StrictMath.cos(angle);
    sin = StrictMath.sin(angle);
    phase = random.nextDouble();
    salt = random.nextInt();
  }

  private static int[] varied(Random random, int[] colour, int contrast) {
    int[] varied = new int[3];
    for (int c = 0; c < 3; c++) {
      varied[c] = colour[c] + random.nextInt(2 * contrast + 1) - contrast;
    }
    return varied;
  }

  /** A channel's value where the pattern has this share, not yet cut to 0..255. */
  double value(int channel, double share) {
    return from[channel] + share * (to[channel] - from[channel]);
  }

  /** How much of the second colour there is at a pixel, 0 to 1. */
  double share(int x, int y) {
    double u = (x * cos + y * sin) / period + phase;
    double v = (y * cos - x * sin) / period + phase;
    return switch (kind) {
      case 0 -> fraction(u) < 0.5 ? 0 : 1; // stripes
      case 1 -> (fraction(u) < 0.5) == (fraction(v) < 0.5) ? 0 : 1; // checks
      case 2 -> { // dots
        double a = fraction(u) - 0.5;
        double b = fraction(v) - 0.5;
        yield a * a + b * b < 0.1 ? 1 : 0;
      }
      case 3 -> hash((int) Math.floor(u), (int) Math.floor(v)); // patches
      case 4 -> Math.abs(2 * fraction(u / 4) - 1); // a slow wave
      default -> hash(x, y); // grain
    };
  }

  private static double fraction(double value) {
    return value - Math.floor(value);
  }

  private double hash(int x, int y) {
    int h = x * 0x9E3779B1 + y * 0x85EBCA77 + salt;
    h = (h ^ (h >>> 15)) * 0x2C1B3C6D;
    h = (h ^ (h >>> 12)) * 0x297A2D39;
    return ((h ^ (h >>> 15)) >>> 8) / (double) (1 << 24);
  }
}
