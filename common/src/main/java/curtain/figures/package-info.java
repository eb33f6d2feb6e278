/**
 * Charts and heat maps as data, grids of pictures as in the paper's figure 2, and the drawing of
 * both. No files are read or written but PNG streams, and no display, font or fontconfig of the
 * machine is needed.
 */
package curtain.figures;
