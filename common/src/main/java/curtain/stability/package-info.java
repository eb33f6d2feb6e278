/**
 * Gates compared over the checkpoints of one training run [spec 4].
 *
 * <p>In come one program for each checkpoint and images; out go integers and sums that merge over
 * images in any order. Uses {@code engine}, {@code pullback} and {@code statistics}.
 */
package curtain.stability;
