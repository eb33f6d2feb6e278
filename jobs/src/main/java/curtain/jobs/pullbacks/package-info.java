/**
 * {@code curtain pullbacks}: its options, the kernel of a shard, the rows, and how figures and the
 * report show them.
 *
 * <p>In come images and a network; out go the tables {@code pullbacks} and {@code decisions}. Uses
 * {@code show}, {@code command} and the rooms below them.
 */
package curtain.jobs.pullbacks;
