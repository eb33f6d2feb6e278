package curtain.images.source;

import curtain.OneLine;

/**
 * An image without pixels: a row of the {@code errors} table.
 *
 * @param ref the listed image
 * @param reason one line
 */
public record ImageError(ImageRef ref, String reason) implements Outcome {

  /** Replaces control characters of the reason, which would break its one line. */
  public ImageError {
    reason = OneLine.of(reason);
  }
}
