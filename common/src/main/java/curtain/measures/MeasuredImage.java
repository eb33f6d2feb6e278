package curtain.measures;

/**
 * An image to be measured.
 *
 * @param id the {@code image_id}, which seeds the draws together with {@code --seed}
 * @param pixels (3, H, W) in 8 bits
 * @param mask whether a pixel is inside, (H W) row-major, or null where no measure needs it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record MeasuredImage(String id, byte[] pixels, boolean[] mask) {}
