package curtain.demo;

import java.util.Locale;

/**
 * The shapes of the built-in data, one a class, alphabetical: what a network has to tell apart.
 * Each is a region of the plane round the origin, within the unit disc, upright. The second axis
 * points down, as in images.
 */
enum Outline {
  ARROW {
    @Override
    boolean holds(double u, double v) {
      return (Math.abs(u) <= 0.24 && v >= -0.1 && v <= 0.92)
          || (v >= -0.95 && v <= 0.02 && Math.abs(u) <= 0.7 * (v + 0.95));
    }
  },
  CRESCENT {
    @Override
    boolean holds(double u, double v) {
      double x = u - 0.45;
      return u * u + v * v <= 0.9 && x * x + v * v > 0.5;
    }
  },
  CROSS {
    @Override
    boolean holds(double u, double v) {
      double x = Math.abs(u);
      double y = Math.abs(v);
      return Math.min(x, y) <= 0.28 && Math.max(x, y) <= 0.92;
    }
  },
  DISC {
    @Override
    boolean holds(double u, double v) {
      return u * u + v * v <= 0.64;
    }
  },
  ELL {
    @Override
    boolean holds(double u, double v) {
      boolean tall = u >= -0.6 && u <= -0.08 && v >= -0.85 && v <= 0.75;
      return tall || (u >= -0.6 && u <= 0.75 && v >= 0.23 && v <= 0.75);
    }
  },
  HEART {
    @Override
    boolean holds(double u, double v) {
      // (x^2 + y^2 - 1)^3 <= x^2 y^3, y up
      double x = u / 0.8;
      double y = -v / 0.8 + 0.1;
      double a = x * x + y * y - 1;
      return a * a * a <= x * x * y * y * y;
    }
  },
  RING {
    @Override
    boolean holds(double u, double v) {
      double r = u * u + v * v;
      return r <= 0.86 && r >= 0.27;
    }
  },
  SQUARE {
    @Override
    boolean holds(double u, double v) {
      return Math.max(Math.abs(u), Math.abs(v)) <= 0.68;
    }
  },
  STAR {
    @Override
    boolean holds(double u, double v) {
      // Beyond at most one of the five lines that a pentagram consists of.
      int beyond = 0;
      for (int k = 0; k < 5; k++) {
        beyond += u * Pentagram.NORMALS[2 * k] + v * Pentagram.NORMALS[2 * k + 1] > 0.309 ? 1 : 0;
      }
      return beyond <= 1;
    }
  },
  TRIANGLE {
    @Override
    boolean holds(double u, double v) {
      return v <= 0.55 && Math.abs(u) <= 0.6 * (v + 0.95);
    }
  };

  /** Directions of the lines of a pentagram with a corner on top. */
  private static final class Pentagram {
    private static final double[] NORMALS = new double[10];

    static {
      for (int k = 0; k < 5; k++) {
        double angle = StrictMath.PI * (0.4 * k + 0.5);
        NORMALS[2 * k] = StrictMath.cos(angle);
        NORMALS[2 * k + 1] = StrictMath.sin(angle);
      }
    }
  }

  /** Whether the shape covers this point. */
  abstract boolean holds(double u, double v);

  /** Name and directory of its class. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
