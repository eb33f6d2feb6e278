/**
 * {@code curtain ascend}: its options, the kernel of a shard, the rows, and how figures and the
 * report show them.
 *
 * <p>In come images and a network; out goes the table {@code ascents}. Uses {@code pullbacks},
 * whose pages it extends, {@code show} and the rooms below.
 */
package curtain.jobs.ascend;
