/**
 * Excitation pullbacks of logits and of hidden neurons [paper, section 4].
 *
 * <p>In come a loaded program, images, and which targets at which temperatures; out go {@link
 * curtain.pullback.ImagePullbacks}: logits, targets, pullbacks, gradients, signs and selections of
 * one image each. Uses {@code engine} and {@code compile}.
 */
package curtain.pullback;
