package curtain.jobs.stability;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A number in the relative path of a checkpoint that says how far training was, by the word beside
 * it: {@code epoch=08-step=1000-val_loss=0.123-v1.ckpt} has the step 1000 and the epoch 8, {@code
 * checkpoint-0.5k/pytorch_model.bin} the checkpoint 500. The word stands before the number or,
 * where it does so nowhere, behind it ({@code model_1000_steps.pt}). The first such number counts
 * of the last folder or file in the path that has one. Constants are in order of preference.
 */
enum CheckpointNumber {
  STEP("step", "(?:global|time|train|training)?[-_ ]?steps?"),
  EPOCH("epoch", "epochs?|ep"),
  ITERATION("iteration", "iterations?|iters?|it"),
  CHECKPOINT("checkpoint", "checkpoint|chkpt|ckpt");

  /**
   * ASCII digits, with decimals and an exponent, thousands, millions or, in capitals, billions: 12,
   * 0.5k, 1M, 2B, 2e4, 1e+05.
   */
  private static final String NUMBER =
      "(?<number>[0-9]++(?:\\.[0-9]++)?+)"
          + "(?:e(?<power>[-+]?[0-9]{1,2})(?![0-9])|(?<unit>[km]|(?-i:[BG]))(?![a-z]))?+";

  /** The digits behind the word of a step or an iteration, and further ones behind underscores. */
  private static final Pattern COUNTED =
      Pattern.compile(
          "(?<word>(?:steps?|iterations?|iters?)[-_=. ]{0,2})(?<digits>[0-9]++(?:_[0-9]++)*+)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ANY = Pattern.compile(NUMBER, Pattern.CASE_INSENSITIVE);

  private final String word;
  private final Pattern before;
  private final Pattern behind;

  CheckpointNumber(String word, String words) {
    this.word = word;
    // a word begins behind what is no letter, or with a capital behind small letters
    this.before =
        Pattern.compile(
            "(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:(?:"
                + words
                + ")[-_=. ]{0,2}"
                + NUMBER
                + ")");
    this.behind = Pattern.compile("(?<![0-9.])(?i:" + NUMBER + "[-_ ]?(?:" + words + ")(?![a-z]))");
  }

  /** The number of a relative path. */
  Optional<BigDecimal> of(String path) {
    List<String> parts = List.of(path.split("/", -1));
    for (Pattern pattern : List.of(before, behind)) {
      for (int i = parts.size() - 1; i >= 0; i--) {
        Matcher matcher = pattern.matcher(parts.get(i));
        if (matcher.find()) {
          return Optional.of(value(matcher));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Reads paths whose steps or iterations have underscores between thousands, {@code step_9_500}
   * and {@code step_10_000}: gives them without these. It leaves paths as they are where one of
   * them has another number there ({@code step_900_256} beside {@code step_1000_256}), or all have
   * the same digits behind the first underscore, unless these are zeros.
   */
  static UnaryOperator<String> withoutSeparators(List<String> paths) {
    List<String> counted =
        paths.stream()
            .map(COUNTED::matcher)
            .filter(Matcher::find)
            .map(matcher -> matcher.group("digits"))
            .toList();
    Set<String> behind = new HashSet<>();
    for (String digits : counted) {
      if (digits.indexOf('_') >= 0) {
        behind.add(digits.substring(digits.indexOf('_')));
      }
    }
    boolean thousands =
        counted.size() == paths.size()
            && counted.stream().allMatch(each -> each.matches("0|[1-9][0-9]{0,2}(?:_[0-9]{3})*"))
            && (behind.size() > 1 || behind.stream().anyMatch(each -> each.matches("[_0]+")));
    return path ->
        thousands
            ? COUNTED
                .matcher(path)
                .replaceAll(each -> each.group(1).concat(each.group(2).replace("_", "")))
            : path;
  }

  /**
   * The only number in which paths differ, of each: 500 and 12000 of {@code net_500.pth} and {@code
   * net_12k.pth}; empty where they differ in more than one or in their words, or by decimals
   * without a unit, which may be the parts of a version.
   */
  static Optional<List<BigDecimal>> lone(List<String> paths) {
    List<List<String>> numbers =
        paths.stream()
            .map(path -> ANY.matcher(path).results().map(MatchResult::group).toList())
            .toList();
    Set<String> words = new HashSet<>();
    paths.forEach(path -> words.add(ANY.matcher(path).replaceAll("0")));
    if (words.size() != 1) {
      return Optional.empty();
    }
    List<Integer> differing =
        IntStream.range(0, numbers.get(0).size())
            .filter(
                at -> numbers.stream().map(each -> each.get(at)).distinct().limit(2).count() > 1)
            .boxed()
            .toList();
    if (differing.size() != 1) {
      return Optional.empty();
    }
    List<String> lone = numbers.stream().map(each -> each.get(differing.get(0))).toList();
    return lone.stream().anyMatch(each -> each.matches("[0-9.]*\\.[0-9]+"))
        ? Optional.empty()
        : Optional.of(lone.stream().map(CheckpointNumber::value).toList());
  }

  private static BigDecimal value(String text) {
    Matcher matcher = ANY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return value(matcher);
  }

  private static BigDecimal value(Matcher matcher) {
    int power = matcher.group("power") == null ? 0 : Integer.parseInt(matcher.group("power"));
    String unit = Objects.requireNonNullElse(matcher.group("unit"), "");
    power +=
        switch (unit) {
          case "k", "K" -> 3;
          case "m", "M" -> 6;
          case "B", "G" -> 9;
          default -> 0;
        };
    // without trailing zeros equal numbers are equal objects
    BigDecimal plain = new BigDecimal(matcher.group("number")).scaleByPowerOfTen(power);
    return plain.stripTrailingZeros();
  }

  /** The word, in lower case. */
  @Override
  public String toString() {
    return word;
  }
}
