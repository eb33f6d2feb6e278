package curtain.demo;

import java.util.Random;

/**
 * One image of the built-in data: a textured shape on a cluttered background, and which pixels are
 * the shape's. Class, textures, colours, place, size and direction are independent of each other,
 * so that only the outline tells the class; the object's colour is brighter than the background's,
 * and clutter has any brightness. The same arguments give the same pixels in every Java.
 *
 * @param pixels row-major, 0xRRGGBB
 * @param mask row-major, whether the object covers at least half of the pixel
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk pixels, never compared
record DemoImage(int[] pixels, boolean[] mask) {
  /** Side in pixels, the size that {@code demo_cnn} takes. */
  static final int SIDE = 64;

  /** Points at which a pixel is sampled, in each direction. */
  private static final int SAMPLES = 4;

  private static final int CLUTTER = 5;
  private static final int DARKEST = 30;
  private static final int MIDDLE = 130;
  private static final int BRIGHTEST = 230;
  private static final int NOISE = 6;
  private static final int CONTRAST = 35;

  /** The least distance between the object's and the background's colour, in RGB. */
  private static final int APART = 110;

  /**
   * Draws an image.
   *
   * @param seed of all random choices
   * @param set name of the set that the image belongs to, {@code train} for example
   * @param outline its class
   * @param index of the image within its class and set
   */
  static DemoImage of(long seed, String set, Outline outline, int index) {
    Random random =
        new Random(mixed(mixed(mixed(seed + set.hashCode()) + outline.title().hashCode()) + index));
    int[] behind = colour(random, DARKEST, MIDDLE);
    int[] front = colour(random, MIDDLE, BRIGHTEST);
    while (distance(behind, front) < APART) {
      front = colour(random, MIDDLE, BRIGHTEST);
    }
    double[] values = new double[3 * SIDE * SIDE];
    paint(values, new Texture(random, behind, CONTRAST));
    for (int i = 0; i < CLUTTER; i++) {
      clutter(values, random);
    }
    double[] covered = coverage(random, outline);
    Texture texture = new Texture(random, front, CONTRAST);
    boolean[] mask = new boolean[SIDE * SIDE];
    int[] pixels = new int[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      mask[i] = covered[i] >= 0.5;
      put(values, i, texture, covered[i]);
      for (int c = 0; c < 3; c++) {
        int noisy = (int) Math.rint(values[3 * i + c]) + random.nextInt(2 * NOISE + 1) - NOISE;
        pixels[i] = pixels[i] << 8 | Math.max(0, Math.min(255, noisy));
      }
    }
    return new DemoImage(pixels, mask);
  }

  private static int[] colour(Random random, int least, int most) {
    int[] colour = new int[3];
    for (int c = 0; c < 3; c++) {
      colour[c] = least + random.nextInt(most - least + 1);
    }
    return colour;
  }

  private static double distance(int[] a, int[] b) {
    int sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += (a[c] - b[c]) * (a[c] - b[c]);
    }
    return Math.sqrt(sum);
  }

  private static void paint(double[] values, Texture texture) {
    for (int i = 0; i < SIDE * SIDE; i++) {
      put(values, i, texture, 1);
    }
  }

  /** A textured bar or blob of any colour. */
  private static void clutter(double[] values, Random random) {
    double x = SIDE * random.nextDouble();
    double y = SIDE * random.nextDouble();
    double angle = StrictMath.PI * random.nextDouble();
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double length = 3 + 10 * random.nextDouble();
    double width = 1.5 + 2.5 * random.nextDouble();
    boolean round = random.nextBoolean();
    Texture texture = new Texture(random, colour(random, DARKEST, BRIGHTEST), CONTRAST);
    for (int i = 0; i < SIDE * SIDE; i++) {
      double u = ((column(i) - x) * cos + (row(i) - y) * sin) / length;
      double v = ((row(i) - y) * cos - (column(i) - x) * sin) / width;
      if (round ? u * u + v * v <= 1 : Math.max(Math.abs(u), Math.abs(v)) <= 1) {
        put(values, i, texture, 1);
      }
    }
  }

  /** The share of each pixel that the object covers, in steps of 1/16. */
  private static double[] coverage(Random random, Outline outline) {
    double radius = 14 + 7 * random.nextDouble();
    double x = radius + (SIDE - 2 * radius) * random.nextDouble();
    double y = radius + (SIDE - 2 * radius) * random.nextDouble();
    double angle = StrictMath.PI * (random.nextDouble() - 0.5) / 2;
    double cos = StrictMath.cos(angle) / radius;
    double sin = StrictMath.sin(angle) / radius;
    double[] covered = new double[SIDE * SIDE];
    for (int i = 0; i < covered.length; i++) {
      if (Math.max(Math.abs(column(i) + 0.5 - x), Math.abs(row(i) + 0.5 - y)) > radius + 1) {
        continue;
      }
      covered[i] = coverage(outline, column(i) - x, row(i) - y, cos, sin);
    }
    return covered;
  }

  private static double coverage(Outline outline, double x, double y, double cos, double sin) {
    int inside = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double dy = y + (i + 0.5) / SAMPLES;
      for (int j = 0; j < SAMPLES; j++) {
        double dx = x + (j + 0.5) / SAMPLES;
        inside += outline.holds(dx * cos + dy * sin, dy * cos - dx * sin) ? 1 : 0;
      }
    }
    return inside / (double) (SAMPLES * SAMPLES);
  }

  /** Covers a share of a pixel, 0 to 1, with a texture. */
  private static void put(double[] values, int i, Texture texture, double covered) {
    if (covered > 0) {
      double share = texture.share(column(i), row(i));
      for (int c = 0; c < 3; c++) {
        double value = values[3 * i + c];
        values[3 * i + c] = value + covered * (texture.value(c, share) - value);
      }
    }
  }

  private static int column(int pixel) {
    return pixel % SIDE;
  }

  private static int row(int pixel) {
    return pixel / SIDE;
  }

  /** SplitMix64's output function: neighbours become unrelated. */
  private static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
