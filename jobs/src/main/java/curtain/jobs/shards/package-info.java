/**
 * The resumable run over an image set: shards, the plan, what a task writes, the commit.
 *
 * <p>Under {@code --output} a run keeps {@code _incomplete/} until it is whole: {@code _plan.json}
 * (the run's random id, settings and shards), and {@code RUN/}, named by the id, with what tasks
 * write: {@code _temporary/} (files being written), {@code TABLE/part-N.ATTEMPT.parquet} (finished
 * files of an attempt at a shard) and {@code _shards/N.json} (one marker for each finished shard,
 * written last, which names the files of one attempt); {@code _staged/}, with the same layout, for
 * the units of a {@link curtain.jobs.shards.Stage}; {@code _reduced/}, with the same layout, for
 * the tables of a {@link curtain.jobs.shards.Reduction}; and {@code _scratch/}, for files that are
 * not part of the output. The commit moves out the files that markers name, as {@code
 * TABLE/part-N.parquet}, writes {@code _provenance.json} and {@code _SUCCESS}, and removes {@code
 * _incomplete/}. A whole output that a run replaces stays until the run's tables are all computed:
 * {@code _replaces} says that it is there, and the commit begins by removing it. Every step may be
 * interrupted and repeated. No step relies on an atomic rename of a directory, or on one that fails
 * where its target exists: a file that is in both places is moved again, and attempts at a shard
 * share no names. Nor is the removal of a directory taken to be atomic: the file that says that it
 * is whole is removed first.
 *
 * <p>On an {@link curtain.jobs.shards.ObjectStore}, where a rename copies every byte, nothing is
 * renamed. A task {@linkplain curtain.jobs.shards.Upload uploads} a part to the key that it will
 * have, and the store shows it when the commit completes the upload, which the marker names; before
 * {@code _SUCCESS} the commit ends all uploads that no marker names. So there, too, no part of an
 * unfinished run is to be seen, and a task that outlives its run changes nothing. Parts that are
 * read before the commit, or are replaced by the reduction, are files in {@code RUN/} besides, or
 * instead; and JSON is written in its place, for a file appears there when it is closed.
 *
 * <p>One run at a time writes: {@link curtain.jobs.shards.OutputLock} keeps a second one out, by
 * {@code _lock}. Where it cannot, on an object store or after a driver that was long silent, rows
 * are not mixed all the same: what a task of another run writes lies in that run's directory, a
 * task reads the plan before it moves its files there, and the commit reads lock, plan and
 * provenance before it removes what it replaces and before it seals.
 */
package curtain.jobs.shards;
