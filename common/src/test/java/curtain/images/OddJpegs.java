package curtain.images;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.FileImageOutputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Writes JPEG files that Pillow cannot write: any sampling factors, restart markers. */
final class OddJpegs {
  private static final String FORMAT = "javax_imageio_jpeg_image_1.0";

  private OddJpegs() {}

  /** A seeded picture with gradients, edges and noise. */
  static BufferedImage picture(int width, int height) {
    Random random = new Random(width * 1000L + height);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          double v = 127 + 90 * Math.sin(x / (4.0 + c) + c) * Math.cos(y / (6.0 - c));
          v += ((x / 9 + y / 7 + c) % 2) * 40 + random.nextGaussian() * 9;
          rgb = rgb << 8 | (int) Math.max(0, Math.min(255, v));
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  /**
   * Writes a YCbCr JPEG.
   *
   * @param sampling horizontal and vertical factor of each of the three components
   * @param restart MCUs between restart markers, 0 for none
   */
  static void write(
      Path file, BufferedImage image, int[] sampling, int restart, boolean progressive)
      throws IOException {
    ImageWriter writer = writer();
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (progressive) {
      param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), param);
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    NodeList components = root.getElementsByTagName("componentSpec");
    for (int c = 0; c < components.getLength(); c++) {
      Element component = (Element) components.item(c);
      component.setAttribute("HsamplingFactor", Integer.toString(sampling[2 * c]));
      component.setAttribute("VsamplingFactor", Integer.toString(sampling[2 * c + 1]));
    }
    if (restart > 0) {
      IIOMetadataNode interval = new IIOMetadataNode("dri");
      interval.setAttribute("interval", Integer.toString(restart));
      root.getElementsByTagName("markerSequence").item(0).appendChild(interval);
    }
    metadata.setFromTree(FORMAT, root);
    try (FileImageOutputStream out = new FileImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, metadata), param);
    } finally {
      writer.dispose();
    }
  }

  /** The JDK's writer, whatever plug-ins the class path holds. */
  private static ImageWriter writer() throws IOException {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().startsWith("com.sun.imageio.")) {
        return writer;
      }
    }
    throw new IOException("no JPEG writer of the JDK");
  }
}
