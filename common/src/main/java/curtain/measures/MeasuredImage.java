package curtain.measures;

/**
 * An image to be measured.
 *
 * @param id decides its draws, with the seed
 * @param pixels (3, H, W) in 8 bits
 * @param mask (H W), or null where no measure needs it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
public record MeasuredImage(String id, byte[] pixels, boolean[] mask) {}
