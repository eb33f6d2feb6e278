package curtain.jobs.command;

import java.util.Locale;

/** The values of {@code --temperature-unit}: what T = 1 is (spec 2). */
public enum TemperatureUnit {
  /** 1 in units of the pre-activations. */
  ABSOLUTE,
  /** The standard deviation of the layer's pre-activations. */
  LAYER_STD,
  /** The standard deviation of the channel's pre-activations, at least 1e-3 of the layer's. */
  CHANNEL_STD;

  /** The name in options and tables. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
