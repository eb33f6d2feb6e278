package curtain.images.decode.vp8;

import curtain.images.source.BadImageException;

/**
 * What a key frame says of itself before its macroblocks (RFC 6386, sections 9.1 to 9.11 and 19.2).
 *
 * @param segments what every macroblock's segment is read with, null where all are of segment 0
 * @param filter the loop filter
 * @param quantisers of the four segments
 * @param probabilities of {@link CoefficientProbabilities}
 * @param skipProbability that a macroblock has coefficients, -1 where all have
 * @param modes reads what follows the header, the macroblocks' modes
 * @param partitions read coefficients, of rows in turn
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record FrameHeader(
    int[] segments,
    LoopFilter filter,
    Quantisers[] quantisers,
    int[] probabilities,
    int skipProbability,
    BoolReader modes,
    BoolReader[] partitions) {
  /** Bytes before the first partition. */
  static final int PLAIN = 10;

  private static final int SEGMENTS = 4;

  /**
   * Reads a header.
   *
   * @param data in which the frame lies from {@code start} to {@code end}, {@link #PLAIN} bytes and
   *     more, of which the first are as they should be
   * @throws BadImageException where the frame is cut
   */
  static FrameHeader read(byte[] data, int start, int end) throws BadImageException {
    int first = start + PLAIN;
    int partitions = first + (triple(data, start) >> 5);
    if (partitions > end) {
      throw new BadImageException("truncated WebP");
    }
    BoolReader in = new BoolReader(data, first, partitions);
    in.number(2); // colour space, and whether samples need no clamping: of no consequence
    boolean segmented = in.flag();
    boolean mapped = segmented && in.flag();
    boolean absolute = true;
    int[] indices = new int[SEGMENTS];
    int[] levels = new int[SEGMENTS];
    if (segmented && in.flag()) {
      absolute = in.flag();
      for (int i = 0; i < SEGMENTS; i++) {
        indices[i] = in.optional(7);
      }
      for (int i = 0; i < SEGMENTS; i++) {
        levels[i] = in.optional(6);
      }
    }
    int[] segments = null;
    if (mapped) {
      segments = new int[SEGMENTS - 1];
      for (int i = 0; i < segments.length; i++) {
        segments[i] = in.flag() ? in.number(8) : 255;
      }
    }
    LoopFilter filter = LoopFilter.read(in, segmented ? levels : null, absolute);
    BoolReader[] tokens = partitions(data, partitions, end, 1 << in.number(2));
    Quantisers[] quantisers = quantisers(in, segmented ? indices : null, absolute);
    in.flag(); // whether probabilities outlive the frame
    int[] probabilities = CoefficientProbabilities.read(in);
    int skip = in.flag() ? in.number(8) : -1;
    return new FrameHeader(segments, filter, quantisers, probabilities, skip, in, tokens);
  }

  /** The partitions of coefficients, which their sizes but for the last one's precede. */
  private static BoolReader[] partitions(byte[] data, int start, int end, int count)
      throws BadImageException {
    BoolReader[] readers = new BoolReader[count];
    int next = start + 3 * (count - 1);
    if (next >= end) {
      throw new BadImageException("truncated WebP");
    }
    for (int i = 0; i < count - 1; i++) {
      int size = Math.min(triple(data, start + 3 * i), end - next);
      readers[i] = new BoolReader(data, next, next + size);
      next += size;
    }
    if (next == end) {
      throw new BadImageException("truncated WebP");
    }
    readers[count - 1] = new BoolReader(data, next, end);
    return readers;
  }

  /** The quantisers of segments, from indices that replace the frame's or are added to it. */
  private static Quantisers[] quantisers(BoolReader in, int[] indices, boolean absolute)
      throws BadImageException {
    int frame = in.number(7);
    int[] deltas = new int[5];
    for (int i = 0; i < deltas.length; i++) {
      deltas[i] = in.optional(4);
    }
    Quantisers[] quantisers = new Quantisers[SEGMENTS];
    for (int i = 0; i < SEGMENTS; i++) {
      int index = indices == null ? frame : absolute ? indices[i] : frame + indices[i];
      quantisers[i] = Quantisers.of(index, deltas);
    }
    return quantisers;
  }

  /** An unsigned number of three bytes, lowest first. */
  private static int triple(byte[] data, int at) {
    return (data[at] & 0xff) | ((data[at + 1] & 0xff) << 8) | ((data[at + 2] & 0xff) << 16);
  }
}
