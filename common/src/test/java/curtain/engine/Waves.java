package curtain.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Images of waves under noise, seeded: smooth as photos are, for tests that need no file. */
final class Waves {
  private Waves() {}

  /** So many images, each (3, side, side) in 8 bits. */
  static List<byte[]> images(int count, int side) {
    SplittableRandom random = new SplittableRandom(1);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double across = random.nextDouble(0.05, 0.45);
      double down = random.nextDouble(0.05, 0.45);
      byte[] image = new byte[3 * side * side];
      for (int p = 0; p < image.length; p++) {
        int channel = p / (side * side);
        int y = p / side % side;
        double wave = StrictMath.sin(across * (p % side) + down * y * (channel + 1));
        image[p] = (byte) Math.round(128 + 90 * wave + 30 * random.nextDouble(-0.5, 0.5));
      }
      images.add(image);
    }
    return images;
  }
}
