package curtain.jobs.ascend;

import curtain.jobs.command.Ranges;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options on which points of walks figures show. */
public final class WalkArguments {
  /** All of them. */
  static final Set<String> OPTIONS = Set.of("--direction", "--step");

  @Option(
      names = "--direction",
      paramLabel = "WHICH",
      converter = AscendArguments.DirectionConverter.class,
      defaultValue = "both",
      description =
          "Of walks, those along pullback or gradient alone; both, all that there are (default:"
              + " ${DEFAULT-VALUE}).")
  private Direction direction;

  @Option(
      names = "--step",
      paramLabel = "N",
      converter = Ranges.Step.class,
      description =
          "Of walks, the point after N steps, where --keep-steps kept them; 0, the image itself"
              + " (default: the last).")
  private Integer step;

  /** Which walks. */
  Direction direction() {
    return direction;
  }

  /** Number of steps, or null for all of the walk's. */
  Integer step() {
    return step;
  }

  /** Adds what was asked for, by option name. */
  void describe(Map<String, String> settings) {
    settings.put("direction", direction.toString());
    settings.put("step", step == null ? "the last" : String.valueOf(step));
  }
}
