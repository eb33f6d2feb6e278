/**
 * Gram matrices of images by the product kernel and by the exact path kernel (spec 3; paper, Eq.
 * 23), and what computes them.
 */
package curtain.gram;
