/**
 * {@code curtain calibrate}: the kernel of a shard, the merge of shards, and how figures and the
 * report show distributions.
 *
 * <p>In come images and a network; out go the tables {@code calibration} and {@code histograms}.
 * Uses {@code show}, {@code command} and the rooms below them.
 */
package curtain.jobs.calibrate;
