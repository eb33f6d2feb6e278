/**
 * Walks uphill from an image along its pullbacks [paper, section 6.1; spec 5].
 *
 * <p>In come images and the sizes of step and ball; out go each walk's points and logits. Uses
 * {@code engine} and {@code pullback}.
 */
package curtain.ascent;
