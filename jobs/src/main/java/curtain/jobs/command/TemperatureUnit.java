package curtain.jobs.command;

import java.util.Locale;

/** Value of {@code --temperature-unit}: what T = 1 is. */
public enum TemperatureUnit {
  /** Of the pre-activations. */
  ABSOLUTE,
  /** The standard deviation of the layer's pre-activations. */
  LAYER_STD,
  /** The standard deviation of the channel's, at least 1e-3 of the layer's. */
  CHANNEL_STD;

  /** As the option and the tables have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
