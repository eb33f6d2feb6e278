/**
 * {@code curtain ascend}: its options, the kernel of a shard, the rows, and how figures and the
 * report show them.
 *
 * <p>In come images and a network; out go the tables {@code ascents} and {@code steps}. Uses {@code
 * pullbacks}, whose pages it continues, {@code show} and the rooms below.
 */
package curtain.jobs.ascend;
