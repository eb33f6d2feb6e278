package curtain.jobs;

import curtain.engine.Temperatures;
import java.io.Serializable;
import java.util.List;

/**
 * The temperatures that a command takes pullbacks at.
 *
 * @param factors as given, in units
 * @param unit of them
 * @param temperatures in units of the pre-activations
 */
record TemperatureChoice(List<Double> factors, TemperatureUnit unit, Temperatures temperatures)
    implements Serializable {}
