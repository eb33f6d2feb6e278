package curtain.images.decode;

import curtain.images.source.BadImageException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The JDK's own readers, whatever plug-ins the class path holds. */
final class JdkReaders {
  static {
    ImageIO.setUseCache(false); // or every image would be a file in the temporary directory
  }

  private JdkReaders() {}

  /**
   * A new reader.
   *
   * @param format as the JDK names it
   */
  static ImageReader of(String format) throws BadImageException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
        return reader;
      }
      reader.dispose();
    }
    throw new BadImageException(
        "this Java runtime has no reader of " + format + " (module java.desktop)");
  }
}
