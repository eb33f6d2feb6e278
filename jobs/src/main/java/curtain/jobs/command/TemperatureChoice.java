package curtain.jobs.command;

import curtain.pullback.Temperatures;
import java.io.Serializable;
import java.util.List;

/**
 * The temperatures of a command's pullbacks.
 *
 * @param factors temperatures as given, in the unit
 * @param unit the unit
 * @param temperatures temperatures in units of the pre-activations, for each ReLU call
 */
public record TemperatureChoice(
    List<Double> factors, TemperatureUnit unit, Temperatures temperatures)
    implements Serializable {}
