/**
 * Pictures of pullbacks: grids as in the paper's figure 2. Drawing only: no files are read or
 * written but PNG streams, and no display, font or fontconfig of the machine is needed.
 */
package curtain.figures;
