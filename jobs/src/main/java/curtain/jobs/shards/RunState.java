package curtain.jobs.shards;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The state of an output. */
public enum RunState {
  /** The output is whole, and no run is to replace it. */
  WHOLE,
  /** A run is at work. */
  RUNNING,
  /** The run has ended before its output was whole. */
  DEAD,
  /** Whether the run is at work cannot be told. */
  UNKNOWN;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
