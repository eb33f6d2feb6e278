package curtain.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** One axis of a chart: title, range, ticks, and the places of numbers on it. */
public final class Axis {
  private enum Kind {
    LINEAR,
    LOG,
    NAMES
  }

  private final String title;
  private final Kind kind;
  private final double low;
  private final double high;
  private final List<String> names;

  private Axis(String title, Kind kind, double low, double high, List<String> names) {
    if (!(high > low) || !Double.isFinite(high - low) || (kind == Kind.LOG && low <= 0)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "axis %s cannot go from %s to %s", title, low, high));
    }
    this.title = title;
    this.kind = kind;
    this.low = low;
    this.high = high;
    this.names = List.copyOf(names);
  }

  /**
   * A linear axis.
   *
   * @param title title, with the unit where there is one
   * @throws IllegalArgumentException where the range is empty or not finite
   */
  public static Axis linear(String title, double low, double high) {
    return new Axis(title, Kind.LINEAR, low, high, List.of());
  }

  /**
   * A linear axis over the range of some numbers, rounded outwards to ticks; where they are all
   * equal, with room on either side.
   */
  public static Axis around(String title, double least, double largest) {
    double room = largest > least ? 0 : Math.max(Math.abs(least), 1) / 10;
    double step = Ticks.step(least - room, largest + room, 6);
    return linear(
        title,
        step * Math.floor((least - room) / step + 1e-9),
        step * Math.ceil((largest + room) / step - 1e-9));
  }

  /** {@link #around} those of some numbers that are finite; from 0 to 1 where none is. */
  public static Axis covering(String title, DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).sorted().toArray();
    return finite.length == 0
        ? linear(title, 0, 1)
        : around(title, finite[0], finite[finite.length - 1]);
  }

  /**
   * A logarithmic axis.
   *
   * @throws IllegalArgumentException where the range is empty or does not begin above 0
   */
  public static Axis log(String title, double low, double high) {
    return new Axis(title, Kind.LOG, low, high, List.of());
  }

  /** An axis of names, where the number i stands for the i-th, from -1/2 to n - 1/2. */
  public static Axis names(String title, List<String> names) {
    return new Axis(title, Kind.NAMES, -0.5, names.size() - 0.5, names);
  }

  /** Whether its ticks are names. */
  public boolean isNames() {
    return kind == Kind.NAMES;
  }

  /** Whether it is logarithmic. */
  public boolean isLogarithmic() {
    return kind == Kind.LOG;
  }

  /** What it shows, with the unit where there is one. */
  public String title() {
    return title;
  }

  /** The number at the axis's start. */
  public double low() {
    return low;
  }

  /** The number at the axis's end. */
  public double high() {
    return high;
  }

  /** The place of a number, from 0 at the axis's start to 1 at its end; NaN outside the range. */
  double place(double value) {
    double at =
        kind == Kind.LOG
            ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
            : (value - low) / (high - low);
    return at >= -1e-9 && at <= 1 + 1e-9 ? at : Double.NaN;
  }

  /** The nearest number within the range. */
  double clamped(double value) {
    return Math.max(low, Math.min(high, value));
  }

  /**
   * About {@code most} ticks at most; for names every first, second, fifth, tenth name and so on.
   */
  public List<Tick> ticks(int most) {
    return switch (kind) {
      case LINEAR -> Ticks.linear(low, high, Math.max(2, most));
      case LOG -> Ticks.log(low, high, Math.max(2, most));
      case NAMES -> {
        List<Tick> ticks = new ArrayList<>();
        int every = every(names.size(), most);
        for (int i = 0; i < names.size(); i += every) {
          ticks.add(new Tick(i, names.get(i)));
        }
        yield ticks;
      }
    };
  }

  /**
   * The least of 1, 2, 5, 10, ... that has at most {@code most} multiples from 0 to below the
   * count.
   */
  static int every(int count, int most) {
    int power = 1;
    while (true) {
      for (int factor : new int[] {1, 2, 5}) {
        int every = factor * power;
        if ((count + every - 1) / every <= Math.max(1, most)) {
          return every;
        }
      }
      power *= 10;
    }
  }
}
