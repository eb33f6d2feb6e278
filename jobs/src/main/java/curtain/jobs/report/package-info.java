/**
 * {@code curtain report}: one HTML page of several outputs.
 *
 * <p>In come whole outputs; out goes one file that needs no other, of at most 15 MB. Uses every
 * room that has a section.
 */
package curtain.jobs.report;
