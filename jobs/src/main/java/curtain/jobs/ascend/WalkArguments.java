package curtain.jobs.ascend;

import curtain.jobs.command.Ranges;
import curtain.jobs.command.Settings;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options on which points of walks figures show. */
public final class WalkArguments {
  /** All of them. */
  static final Set<String> OPTIONS = Set.of("--direction", "--step");

  @Option(
      names = "--direction",
      paramLabel = "WHICH",
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

  /** What was asked for. */
  Settings settings() {
    return Settings.builder()
        .add("direction", direction)
        .add("step", step == null ? "the last" : step)
        .build();
  }
}
