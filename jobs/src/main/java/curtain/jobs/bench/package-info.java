/**
 * {@code curtain bench}: one line of JSON about the speed of this machine.
 *
 * <p>In comes a network; out go the times that {@code curtain.bench} takes. Uses {@code command},
 * and options of {@code gram} and {@code stability}.
 */
package curtain.jobs.bench;
