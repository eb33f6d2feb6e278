/**
 * Distributions of pre-activations, by layer and channel [spec 2].
 *
 * <p>In come a loaded program and images; out go moments and quantile sketches that merge over
 * images in any order. Uses {@code engine} and {@code statistics}.
 */
package curtain.calibration;
