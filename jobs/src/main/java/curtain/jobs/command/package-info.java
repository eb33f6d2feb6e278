/**
 * Options that several commands share, and how a job over images is opened, described and run.
 *
 * <p>In come words of the command line; out go typed choices, the settings that decide results, and
 * a run ready to start. Uses {@code task}, {@code shards} and {@code tables}, and picocli; knows no
 * command.
 */
package curtain.jobs.command;
