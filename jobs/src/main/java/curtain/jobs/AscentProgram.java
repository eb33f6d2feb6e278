package curtain.jobs;

import java.io.Serializable;

/**
 * What walks along one direction are computed with.
 *
 * @param direction one that is not {@link Direction#BOTH}
 * @param program whose pullback is the direction
 * @param temperature of its gates and pools, null where they have none
 */
record AscentProgram(Direction direction, ProgramFile program, Double temperature)
    implements Serializable {}
