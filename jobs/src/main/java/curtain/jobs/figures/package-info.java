/**
 * {@code curtain figures}: which command's output is shown by what.
 *
 * <p>In comes a whole output; out go PNG pages and the CSV beside them. Uses every room that has
 * figures.
 */
package curtain.jobs.figures;
