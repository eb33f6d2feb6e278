package curtain.images.decode.vp8;

/**
 * How samples are predicted from those above and to the left (RFC 6386, sections 8 and 12). The
 * first four are modes of whole macroblocks, too; the others are of sub-blocks of 4 x 4 alone.
 */
enum Mode {
  /** The mean of the samples above and to the left. */
  DC,
  /** The sample above, plus that to the left, less the one at the corner. */
  TM,
  /** The samples above, smoothed in sub-blocks. */
  VE,
  /** The samples to the left, smoothed in sub-blocks. */
  HE,
  /** Left and down from above, at 45 degrees. */
  LD,
  /** Right and down from the corner, at 45 degrees. */
  RD,
  /** Down from above, and a little to the right. */
  VR,
  /** Down from above, and a little to the left. */
  VL,
  /** To the right, and a little down. */
  HD,
  /** To the right, and a little up. */
  HU
}
