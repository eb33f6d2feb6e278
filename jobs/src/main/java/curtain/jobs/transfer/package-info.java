/**
 * {@code curtain export} and {@code curtain fetch}: files for other programs, and files from the
 * web.
 *
 * <p>In come a network, or names of published files; out go files, whole and checked. Uses {@code
 * command} and {@code task}.
 */
package curtain.jobs.transfer;
