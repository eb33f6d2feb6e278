/**
 * Measures of pullbacks and other directions: how they change with noise, with the target and with
 * the weights, how sparse they are, and whether the pixels that they rank first decide the
 * probability [spec 6].
 *
 * <p>In come loaded programs and images; out go numbers for each image, class and direction. Uses
 * {@code engine}, {@code network}, {@code pullback} and {@code statistics}.
 */
package curtain.measures;
