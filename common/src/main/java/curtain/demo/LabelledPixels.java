package curtain.demo;

import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;

/**
 * Images of 64 x 64 with their classes, in memory: 12 kB each.
 *
 * @param pixels of each image, (3, H, W), uint8
 * @param labels of each image
 */
public record LabelledPixels(List<byte[]> pixels, List<Integer> labels) {
  /** Copies the lists, not the pixels. */
  public LabelledPixels {
    pixels = List.copyOf(pixels);
    labels = List.copyOf(labels);
  }

  /**
   * Reads an image set, in its order.
   *
   * @param uri of the set, as {@link ImageSet#list} takes it
   * @param classes by which an image's directory gives its label
   * @throws IOException naming the image that has another size, cannot be read, or has no label
   */
  public static LabelledPixels read(String uri, ClassList classes, Configuration conf)
      throws IOException {
    ImageOptions options =
        new ImageOptions(Transform.NONE, DemoImage.SIDE, ImageOptions.DEFAULT_MAX_PIXELS);
    List<ImageRef> refs = ImageSet.list(uri, Long.MAX_VALUE, conf).refs();
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    try (CloseableIterator<Outcome> images = ImageSet.load(refs, options, conf)) {
      while (images.hasNext()) {
        Outcome outcome = images.next();
        if (outcome instanceof ImageError error) {
          throw new IOException(uri + ": " + error.ref().imageId() + ": " + error.reason());
        }
        DecodedImage image = (DecodedImage) outcome;
        OptionalInt label = classes.labelOf(image.ref().directory());
        if (label.isEmpty()) {
          throw new IOException(
              uri
                  + ": the directory of "
                  + image.ref().imageId()
                  + " is no class of the labels; training needs every image's class");
        }
        pixels.add(image.pixels());
        labels.add(label.getAsInt());
      }
    }
    if (pixels.isEmpty()) {
      throw new IOException(uri + " has no images");
    }
    return new LabelledPixels(pixels, labels);
  }

  /** Number of images. */
  public int size() {
    return pixels.size();
  }
}
