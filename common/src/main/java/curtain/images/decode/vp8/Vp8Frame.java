package curtain.images.decode.vp8;

import curtain.images.source.BadImageException;

/**
 * A key frame of VP8 (RFC 6386), the content of a WebP's chunk {@code VP8 }, before it is decoded.
 *
 * @param width W, pixels
 * @param height H, pixels
 * @param data in which the frame lies from {@code start} to {@code end}
 * @param start of the frame
 * @param end of the frame
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
public record Vp8Frame(int width, int height, byte[] data, int start, int end) {
  private static final int SIDE = 16;

  /**
   * Reads a frame's size (sections 9.1 and 19.1).
   *
   * @param start within {@code data}
   * @param end within {@code data}
   * @throws BadImageException where the frame is cut, is no key frame, or is not shown
   */
  public static Vp8Frame at(byte[] data, int start, int end) throws BadImageException {
    if (end - start < FrameHeader.PLAIN) {
      throw new BadImageException("truncated WebP");
    }
    boolean signed =
        data[start + 3] == (byte) 0x9d && data[start + 4] == 1 && data[start + 5] == 0x2a;
    int tag = data[start];
    boolean key = (tag & 1) == 0;
    boolean known = ((tag >> 1) & 7) <= 3;
    boolean shown = ((tag >> 4) & 1) == 1;
    if (!signed || !key || !known || !shown) {
      throw new BadImageException("corrupt WebP: it has no key frame of VP8");
    }
    return new Vp8Frame(side(data, start + 6), side(data, start + 8), data, start, end);
  }

  private static int side(byte[] data, int at) {
    return (data[at] & 0xff) | ((data[at + 1] & 0x3f) << 8);
  }

  /**
   * Decodes the frame, for which it takes 4.5 bytes a pixel, and more where its sides are no
   * multiples of 16.
   *
   * @return packed RGB, 3 W H samples
   * @throws BadImageException where the frame is cut
   */
  public byte[] rgb() throws BadImageException {
    FrameHeader header = FrameHeader.read(data, start, end);
    int columns = (width + SIDE - 1) / SIDE;
    int rows = (height + SIDE - 1) / SIDE;
    return YuvToRgb.convert(new Macroblocks(header, columns, rows).decode(), width, height);
  }
}
