/**
 * Options that several commands share, and the steps of a job over images.
 *
 * <p>In come the words of a command line; out go typed choices, the settings that decide results,
 * and a run ready to start. Uses {@code task}, {@code shards} and {@code tables}, and picocli;
 * knows no command.
 */
package curtain.jobs.command;
