/**
 * {@code curtain stability}: its options, the kernel of a shard, the merge of shards and of
 * outputs, and how figures and the report show them.
 *
 * <p>In come labelled images and checkpoints; out go the tables that {@code StabilityTables} lists.
 * Uses {@code show}, {@code command} and the rooms below them.
 */
package curtain.jobs.stability;
