/**
 * Charts, heat maps, and grids of pullbacks as in the paper's figure 2, as drawings and pixels.
 *
 * <p>In come numbers, names and pixels; out go pictures in memory, equal on every machine: no
 * display, font or fontconfig is needed. Uses nothing else of Curtain.
 */
package curtain.figures;
