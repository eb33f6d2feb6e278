/**
 * Images in tar archives, plain and compressed.
 *
 * <p>In come an archive's bytes, untrusted; out go the names of its images in the archive's order,
 * and each image's bytes. Uses {@code images.source} and {@code images.decode}.
 */
package curtain.images.tar;
