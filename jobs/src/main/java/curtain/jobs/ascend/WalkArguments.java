package curtain.jobs.ascend;

import curtain.jobs.command.Ranges;
import curtain.jobs.command.Settings;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options of {@code figures} that choose the points of walks to show. */
public final class WalkArguments {
  /** The names of these options. */
  static final Set<String> OPTIONS = Set.of("--direction", "--step");

  @Option(
      names = "--direction",
      paramLabel = "WHICH",
      defaultValue = "both",
      description =
          "For ascend: show walks along pullback, gradient or both (default: ${DEFAULT-VALUE}).")
  private Direction direction;

  @Option(
      names = "--step",
      paramLabel = "N",
      converter = Ranges.Step.class,
      description =
          "For ascend: show the point after N steps, 0 being the image itself; any but the last"
              + " needs an output of ascend --keep-steps (default: the last).")
  private Integer step;

  /** The direction of the walks to show. */
  Direction direction() {
    return direction;
  }

  /** The number of steps to the points to show, or null for the last points. */
  Integer step() {
    return step;
  }

  /** The settings of these options, for the provenance. */
  Settings settings() {
    return Settings.builder()
        .add("direction", direction)
        .add("step", step == null ? "the last" : step)
        .build();
  }
}
