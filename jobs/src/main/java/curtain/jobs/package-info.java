/**
 * The program, {@link curtain.jobs.Main}, and the demo, which runs commands as a user types them.
 *
 * <p>Every command has a room of its own, by name. Uses every room; nothing uses it.
 */
package curtain.jobs;
