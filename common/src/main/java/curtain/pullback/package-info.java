/**
 * Excitation pullbacks of logits and of hidden neurons [paper, section 4.2; spec 2].
 *
 * <p>In come a loaded program, images, targets and temperatures; out go {@link
 * curtain.pullback.ImagePullbacks}: logits, targets, pullbacks, gradients, signs and selections of
 * one image each. Uses {@code engine} and {@code compile}.
 */
package curtain.pullback;
