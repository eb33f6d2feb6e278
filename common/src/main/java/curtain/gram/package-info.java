/**
 * Gram matrices of images by the product kernel and by the exact path kernel (spec 3; paper, Eq.
 * 23).
 *
 * <p>In come a loaded program and images; out go gates on the device, and tiles of kernel values,
 * block by block. Uses {@code compile}, {@code engine}, {@code gates} and {@code network}.
 */
package curtain.gram;
