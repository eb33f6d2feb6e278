/**
 * What the commands that show outputs share: pictures, names of classes, sections of the page and
 * the charts in them, CSV and PNG files.
 *
 * <p>In come whole outputs of other commands; out go pages, or parts of a page. Uses {@code
 * command} and the rooms below it; knows no capability.
 */
package curtain.jobs.show;
