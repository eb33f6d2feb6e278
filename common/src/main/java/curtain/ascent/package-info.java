/**
 * Walks uphill from an image along its pullbacks [paper, section 4.1; spec 5].
 *
 * <p>In come images and the size of steps and ball; out go each walk's points and logits. Uses
 * {@code engine} and {@code pullback}.
 */
package curtain.ascent;
