package curtain.demo;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import javax.imageio.ImageIO;

/**
 * The built-in image set: ten classes of textured shapes on cluttered backgrounds, 64 x 64 pixels,
 * as a tree of directories that {@link curtain.images.ImageSet} reads.
 *
 * <pre>
 * train/CLASS/NNNN.png                    images to train with
 * held-out/CLASS/NNNN.png                 to judge with
 * gallery/CLASS/NNNN.png                  to look at
 * masks/train/CLASS/NNNN.png and so on    white where the object is, else black
 * classes.tsv                             the class list: index, directory, name
 * </pre>
 *
 * @param seed of the random choices; the same seed gives the same pixels in every Java, and more
 *     images of a class leave those before them as they were
 * @param train images of each class to train with
 * @param heldOut images of each class to judge with
 * @param gallery images of each class to look at
 */
public record DemoImages(long seed, int train, int heldOut, int gallery) {
  /** The set to train with. */
  public static final String TRAIN = "train";

  /** The set to judge with. */
  public static final String HELD_OUT = "held-out";

  /** The set to look at. */
  public static final String GALLERY = "gallery";

  /** The directory of the masks. */
  public static final String MASKS = "masks";

  /** The class list. */
  public static final String CLASSES = "classes.tsv";

  /** Names of the classes, alphabetical, which are their directories too. */
  public static List<String> classes() {
    return Arrays.stream(Outline.values()).map(Outline::title).toList();
  }

  /** Number of images in all. */
  public long count() {
    return (long) classes().size() * (train + heldOut + gallery);
  }

  /**
   * Writes the set into a directory, which is made where it is not there. A file of the same name
   * is replaced when its successor is whole.
   *
   * @param progress told after each image how many there are so far
   * @throws IOException if a file cannot be written
   */
  public void write(Path directory, LongConsumer progress) throws IOException {
    Files.createDirectories(directory);
    List<String> classes = classes();
    StringBuilder lines = new StringBuilder("index\tdirectory\tname\n");
    for (int i = 0; i < classes.size(); i++) {
      lines.append(i).append(("\t" + classes.get(i)).repeat(2)).append('\n');
    }
    Files.writeString(directory.resolve(CLASSES), lines);
    long done = 0;
    for (Outline outline : Outline.values()) {
      for (Map.Entry<String, Integer> set : sets().entrySet()) {
        for (int i = 0; i < set.getValue(); i++) {
          DemoImage image = DemoImage.of(seed, set.getKey(), outline, i);
          String name =
              String.format(
                  Locale.ROOT,
                  "%s/%s/%s.png",
                  set.getKey(),
                  outline.title(),
                  String.format(Locale.ROOT, "%04d", i));
          write(directory.resolve(name), rgb(image));
          write(directory.resolve(MASKS).resolve(name), mask(image));
          progress.accept(++done);
        }
      }
    }
  }

  private Map<String, Integer> sets() {
    Map<String, Integer> sets = new LinkedHashMap<>();
    sets.put(TRAIN, train);
    sets.put(HELD_OUT, heldOut);
    sets.put(GALLERY, gallery);
    return sets;
  }

  private static BufferedImage rgb(DemoImage image) {
    BufferedImage picture =
        new BufferedImage(DemoImage.SIDE, DemoImage.SIDE, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, DemoImage.SIDE, DemoImage.SIDE, image.pixels(), 0, DemoImage.SIDE);
    return picture;
  }

  private static BufferedImage mask(DemoImage image) {
    BufferedImage picture =
        new BufferedImage(DemoImage.SIDE, DemoImage.SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < image.mask().length; i++) {
      picture
          .getRaster()
          .setSample(i % DemoImage.SIDE, i / DemoImage.SIDE, 0, image.mask()[i] ? 255 : 0);
    }
    return picture;
  }

  private static void write(Path file, BufferedImage picture) throws IOException {
    Files.createDirectories(file.getParent());
    Path unfinished = file.resolveSibling("." + file.getFileName());
    if (!ImageIO.write(picture, "png", unfinished.toFile())) {
      throw new IOException("this Java writes no PNG");
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
