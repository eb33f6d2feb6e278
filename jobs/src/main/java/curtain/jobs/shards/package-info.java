/**
 * The resumable run over an image set: shards, the plan, what a task writes, the commit.
 *
 * <p>Under {@code --output} a run keeps {@code _incomplete/} until it is whole: {@code _plan.json}
 * (settings and shards), {@code _temporary/} (files being written), {@code TABLE/part-N.parquet}
 * (finished files) and {@code _shards/N.json} (one marker for each finished shard, written last);
 * {@code _staged/}, laid out alike, of a job that goes on with units of its own when all shards are
 * done; {@code _reduced/}, likewise, where a job replaces parts by tables over all shards; and
 * {@code _scratch/}, of what is not part of the output. The commit removes the whole output that
 * the run replaces, if there is one, and writes {@code _cleared}; moves the tables out, writes
 * {@code _provenance.json} and {@code _SUCCESS}, and removes {@code _incomplete/}. Every step may
 * be interrupted and repeated. No step relies on an atomic rename of a directory: a file that is in
 * both places is moved again, so the same steps serve object stores, on which a rename copies.
 */
package curtain.jobs.shards;
