package curtain.weights;

import curtain.OneLine;
import java.io.IOException;
import java.nio.file.Path;

/** A weights file that cannot be read or used. The message is one line that names the file. */
public final class WeightsException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong with a file.
   *
   * @param file the weights file
   * @param problem what is wrong and what to do, a clause that follows the file's name
   */
  public WeightsException(Path file, String problem) {
    this(file, problem, null);
  }

  /**
   * Says what is wrong with a file, and keeps why.
   *
   * @param file the weights file
   * @param problem what is wrong and what to do, a clause that follows the file's name
   * @param cause what was thrown, or null
   */
  public WeightsException(Path file, String problem, Throwable cause) {
    super(OneLine.of(file + ": " + problem), cause);
  }
}
