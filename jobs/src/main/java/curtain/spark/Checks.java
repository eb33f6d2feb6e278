package curtain.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import scala.Function1;

/** Validators of params that say what is wrong with a value; Spark's own name the value only. */
final class Checks {
  private static final double MOST = 1e6;
  private static final Set<String> DEVICES = Set.of("auto", "cpu", "gpu");

  /** A check of a value, which throws {@link IllegalArgumentException} with the reason. */
  @FunctionalInterface
  interface Check<T> extends Serializable {
    void of(T value);
  }

  private Checks() {}

  /** A check as a validator of a param. */
  static <T> Function1<T, Object> of(Check<T> check) {
    return (Function1<T, Object> & Serializable)
        value -> {
          check.of(value);
          return true;
        };
  }

  static void range(String param, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s %d is not within 1..%d", param, value, most));
    }
  }

  static void temperatures(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("temperature is empty; give one at least");
    }
    for (double value : values) {
      if (!(value > 0 && value < MOST && (float) value > 0)) {
        throw new IllegalArgumentException(
            "temperature " + value + " is not above 0 and below 1e6");
      }
    }
    if (Arrays.stream(values).distinct().count() < values.length) {
      throw new IllegalArgumentException(
          "temperature names one of " + Arrays.toString(values) + " twice");
    }
  }

  static void device(String value) {
    if (!DEVICES.contains(value)) {
      throw new IllegalArgumentException("device '" + value + "' is none of auto, cpu, gpu");
    }
  }
}
