package curtain.images.source;

import java.io.Closeable;
import java.io.IOException;

/** An open file that holds many images. */
public interface Container extends Closeable {
  /**
   * Reads, decodes and transforms one of its images.
   *
   * @throws BadImageException for this image alone
   * @throws IOException where storage fails
   */
  DecodedImage load(ImageRef ref, ImageOptions options) throws IOException, BadImageException;
}
