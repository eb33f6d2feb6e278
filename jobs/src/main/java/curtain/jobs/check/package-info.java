/**
 * {@code curtain check}: what a run would find in images and weights, and about how long it takes.
 *
 * <p>In come the options of the other commands; out goes one page of text, and nothing is written.
 * Uses {@code command}, and of {@code stability} the order of checkpoints.
 */
package curtain.jobs.check;
