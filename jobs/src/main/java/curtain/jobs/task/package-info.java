/**
 * The parts of a task that all commands share: programs on local disks, batches with labels,
 * threads, progress, versions.
 *
 * <p>In come references to files and images; out go loaded programs, decoded batches and counts.
 * Uses {@code shards} and {@code tables}; no options.
 */
package curtain.jobs.task;
