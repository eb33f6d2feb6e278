/** Product-kernel Gram matrices of images (spec 3; paper, Eq. 23), and what computes them. */
package curtain.gram;
