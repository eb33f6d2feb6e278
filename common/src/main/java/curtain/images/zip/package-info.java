/**
 * Images in zip archives.
 *
 * <p>In come an archive's bytes, untrusted; out go its images, listed in the order of a tree, and
 * the pixels of each. Uses {@code images.source} and {@code images.decode}.
 */
package curtain.images.zip;
