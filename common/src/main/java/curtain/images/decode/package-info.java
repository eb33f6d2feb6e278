/**
 * Image files, JPEG, PNG, GIF, BMP, WebP, TIFF and PNM, to RGB, and RGB to the size that a network
 * takes, as Pillow and torchvision do it, to the last bit.
 *
 * <p>In come the bytes of one file, untrusted; out go pixels, uint8, (C, H, W), or a {@link
 * curtain.images.source.BadImageException} whose message is one line. Uses {@code images.source}
 * and {@code images.decode.vp8}, and no file system.
 */
package curtain.images.decode;
