/**
 * {@code curtain gram}: its options, the plan of tiles, the kernels of shards and tiles, what is
 * kept of tiles, and how figures and the report show them.
 *
 * <p>In come one or two sets of images and a network; out go tiles of the matrix, or what they are
 * reduced to. Uses {@code show}, {@code command} and the rooms below them.
 */
package curtain.jobs.gram;
