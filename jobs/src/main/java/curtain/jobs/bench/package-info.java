/**
 * {@code curtain bench}: commands that measure speed on this machine, each with one line of JSON,
 * and those that measure many things, each in a process of its own, with tables of Markdown.
 *
 * <p>In comes a network, or nothing; out go the times that {@code curtain.bench} takes, or those of
 * whole commands. Uses {@code command}, and options of {@code gram} and {@code stability}.
 */
package curtain.jobs.bench;
