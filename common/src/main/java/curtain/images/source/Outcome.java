package curtain.images.source;

/** What became of one listed image: its pixels, or the reason why there are none. */
public sealed interface Outcome permits DecodedImage, ImageError {
  /** The listed image that this is the outcome of. */
  ImageRef ref();
}
