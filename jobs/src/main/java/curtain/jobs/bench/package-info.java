/**
 * {@code curtain bench}: commands that measure speed on this machine, each with one line of JSON.
 *
 * <p>In comes a network; out go the times that {@code curtain.bench} takes. Uses {@code command},
 * and options of {@code gram} and {@code stability}.
 */
package curtain.jobs.bench;
