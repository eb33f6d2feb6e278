/**
 * {@code curtain ingest}: decoded images as a table, which serves as images of the other commands.
 *
 * <p>In come images in any form; out goes the table {@code images}. Uses {@code command} and the
 * rooms below it.
 */
package curtain.jobs.ingest;
