/**
 * Stages for Spark ML pipelines.
 *
 * <p>In come data frames of images and an exported file; out go the rows of {@code curtain
 * pullbacks} as columns. Uses {@code jobs.task} and the science; no command.
 */
package curtain.spark;
