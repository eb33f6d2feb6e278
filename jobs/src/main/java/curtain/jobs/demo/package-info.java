/**
 * {@code curtain demo data} and {@code curtain demo train}: the built-in images and the network
 * trained on them.
 *
 * <p>In come counts; out go folders of images with masks, and checkpoints. Uses {@code show},
 * {@code command} and the rooms below them.
 */
package curtain.jobs.demo;
