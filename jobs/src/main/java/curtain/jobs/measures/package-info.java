/**
 * {@code curtain measures}: its options, the kernel of a shard, the rows, and how figures and the
 * report show them.
 *
 * <p>In come images, a network and perhaps masks; out go the tables {@code measures} and {@code
 * measures_summary}. Uses {@code pullbacks}, {@code show} and the rooms below.
 */
package curtain.jobs.measures;
