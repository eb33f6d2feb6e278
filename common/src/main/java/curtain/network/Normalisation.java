package curtain.network;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a network does first with x in [-1, 1]: ((x + 1)/2 - mean[c])/std[c], per channel. Mean and
 * std count in float32, as PyTorch holds them, before anything is computed in double.
 *
 * @param mean of red, green and blue, for pixels in [0, 1]
 * @param std likewise, above 0
 */
public record Normalisation(List<Double> mean, List<Double> std) implements Serializable {

  /** torchvision's constants for ImageNet, which all networks of the list use. */
  public static final Normalisation IMAGENET =
      new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  /**
   * Checks the two triples.
   *
   * @throws IllegalArgumentException naming mean or std; for numbers in units of pixels in [0, 255]
   *     it says what they are here
   */
  public Normalisation {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || !mean.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("mean takes three numbers, not " + mean);
    }
    if (std.size() != 3 || !std.stream().allMatch(s -> s > 0 && Double.isFinite(s))) {
      throw new IllegalArgumentException("std takes three numbers above 0, not " + std);
    }
    refuseBytes("mean", mean, mean, std);
    refuseBytes("std", std, mean, std);
  }

  /** Refuses numbers above 1, which are those for pixels up to 255. */
  private static void refuseBytes(
      String quantity, List<Double> numbers, List<Double> mean, List<Double> std) {
    if (numbers.stream().noneMatch(number -> Math.abs(number) > 1)) {
      return;
    }
    boolean both = isBytes(mean) && (isBytes(std) || std.stream().allMatch(s -> s == 1));
    throw new IllegalArgumentException(
        quantity
            + " "
            + numbers
            + " is in units of pixels from 0 to 255, and here they are from 0 to 1: divided by 255"
            + (isBytes(mean) ? ", mean " + divided(mean) : "")
            + (both || !isBytes(mean) ? ", std " + divided(std) : ""));
  }

  private static boolean isBytes(List<Double> numbers) {
    return numbers.stream().anyMatch(number -> Math.abs(number) > 1);
  }

  private static String divided(List<Double> numbers) {
    return numbers.stream()
        .map(
            number ->
                BigDecimal.valueOf(number)
                    .divide(BigDecimal.valueOf(255), new MathContext(6))
                    .stripTrailingZeros()
                    .toPlainString())
        .collect(Collectors.joining(","));
  }

  /** The same map as scale[c] x + shift[c]. */
  Operation.Affine affine() {
    double[] scale = new double[3];
    double[] shift = new double[3];
    for (int c = 0; c < 3; c++) {
      double m = mean.get(c).floatValue();
      double s = std.get(c).floatValue();
      scale[c] = 0.5 / s;
      shift[c] = (0.5 - m) / s;
    }
    return new Operation.Affine(scale, shift);
  }
}
