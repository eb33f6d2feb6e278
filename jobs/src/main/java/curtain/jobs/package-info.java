/**
 * The program, {@link curtain.jobs.Main}, and the demo, which runs commands as a user types them.
 *
 * <p>The other commands have rooms of their own, which this room uses; nothing uses this room.
 */
package curtain.jobs;
