package curtain.jobs.command;

import curtain.pullback.Temperatures;
import java.io.Serializable;
import java.util.List;

/**
 * The temperatures that a command takes pullbacks at.
 *
 * @param factors as given, in units
 * @param unit of them
 * @param temperatures in units of the pre-activations
 */
public record TemperatureChoice(
    List<Double> factors, TemperatureUnit unit, Temperatures temperatures)
    implements Serializable {}
