package curtain.engine;

import java.util.Locale;

/** A device's memory was too small for a batch of a program; the message says what to do. */
public final class DeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String program;
  private final int images;

  /**
   * A failure of one batch.
   *
   * @param program SHA-256 of the program's archive
   * @param images number of images of the batch
   */
  public DeviceMemoryException(String program, int images, Throwable cause) {
    super(
        String.format(
            Locale.ROOT,
            "the GPU's memory is too small for a batch size of %,d; give a smaller one, or fewer"
                + " targets, temperatures or tasks to a GPU",
            images),
        cause);
    this.program = program;
    this.images = images;
  }

  /** SHA-256 of the program's archive. */
  public String program() {
    return program;
  }

  /** The number of images of the batch. */
  public int images() {
    return images;
  }
}
