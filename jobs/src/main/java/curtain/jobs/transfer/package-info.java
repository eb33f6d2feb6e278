/**
 * {@code curtain export} and {@code curtain fetch}: files for other programs, and files from the
 * web.
 *
 * <p>In come a network, or the name of what is published; out goes one file, whole and checked.
 * Uses {@code command} and {@code task}.
 */
package curtain.jobs.transfer;
