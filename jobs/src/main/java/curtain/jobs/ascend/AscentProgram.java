package curtain.jobs.ascend;

import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.task.ProgramFile;
import java.io.Serializable;

/**
 * What walks along one direction are computed with.
 *
 * @param direction one that is not {@link Direction#BOTH}
 * @param program whose pullback is the direction
 * @param temperatures of its gates and pools, a walk at each; null where they have none
 */
record AscentProgram(Direction direction, ProgramFile program, TemperatureChoice temperatures)
    implements Serializable {}
