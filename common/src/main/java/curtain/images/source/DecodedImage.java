package curtain.images.source;

/**
 * A decoded and transformed image.
 *
 * @param ref the listed image
 * @param width of the file, pixels, before the transform
 * @param height of the file, pixels, before the transform
 * @param shape {3, H, W} after the transform
 * @param format name of the file's format by its content, {@code JPEG} say; null where it was no
 *     image file, but pixels
 * @param pixels uint8 RGB after the transform, planar: (C, H, W) row-major. The network's input is
 *     x = 2 p / 255 - 1.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk pixels; compared by ref only
public record DecodedImage(
    ImageRef ref, int width, int height, int[] shape, String format, byte[] pixels)
    implements Outcome {}
