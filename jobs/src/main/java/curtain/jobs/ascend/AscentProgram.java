package curtain.jobs.ascend;

import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.task.ProgramFile;
import java.io.Serializable;

/**
 * The program that computes walks along one direction.
 *
 * @param direction pullback or gradient
 * @param program the compiled network, whose pullback is the direction
 * @param temperatures temperatures of its gates and pools, with a walk at each; null where they
 *     have none
 */
record AscentProgram(Direction direction, ProgramFile program, TemperatureChoice temperatures)
    implements Serializable {}
