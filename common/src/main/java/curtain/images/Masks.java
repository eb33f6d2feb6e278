package curtain.images;

import curtain.OneLine;
import curtain.images.decode.ImageDecoder;
import curtain.images.decode.PngDecoder;
import curtain.images.decode.Rgb;
import curtain.images.decode.Transforms;
import curtain.images.source.BadImageException;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.LocalDisk;
import curtain.images.source.SourceFiles;
import curtain.images.source.Transform;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Masks of images: PNG files in a directory of their own, each at its image's very same relative
 * path, whatever its extension, or at that with the extension {@code .png} in place of its own.
 * Where both are PNG files, the former is the mask: the latter may be another image's. To the id of
 * a row of Parquet, {@code FILE#ROW}, the extension is added. A pixel is inside where a channel is
 * not 0 (alpha does not count). A mask has its image's size and is cut as its image is, with the
 * nearest pixel, as Pillow's {@code NEAREST} finds it.
 */
public final class Masks {
  private static final int HEAD = 32; // bytes that tell a PNG
  private static final int DEPTH = 24; // byte of the header
  private static final int DEEP = 16;

  /**
   * The longest resized side, in pixels, whose positions are added up from 0: with 256 pixels
   * across, Pillow's image would have 4 GiB a band.
   */
  private static final long MOST_ADDED = 1L << 24;

  /** How the id of a row of Parquet ends, which is no path of an image. */
  private static final Pattern ROW = Pattern.compile("#[0-9]+$");

  private final Path directory;
  private final ImageOptions options;
  private final Configuration conf;

  /**
   * Masks in a directory.
   *
   * @param directory a path or Hadoop URI
   * @param options of the images
   * @throws IOException where it is no path
   */
  public Masks(String directory, ImageOptions options, Configuration conf) throws IOException {
    this.directory = SourceFiles.path(directory);
    this.options = options;
    this.conf = conf;
  }

  /**
   * Checks that there is such a directory.
   *
   * @throws IOException where there is none, naming it
   */
  public static void check(String directory, Configuration conf) throws IOException {
    Path path = SourceFiles.path(directory);
    FileSystem fs = path.getFileSystem(conf);
    boolean there =
        SourceFiles.isLocal(fs)
            ? Files.isDirectory(LocalDisk.path(SourceFiles.uri(fs.makeQualified(path))))
            : fs.exists(path) && fs.getFileStatus(path).isDirectory();
    if (!there) {
      throw new IOException("masks " + directory + " is no directory");
    }
  }

  /**
   * The mask of an image.
   *
   * @return (H W) of the image's shape: whether a pixel is inside
   * @throws BadImageException where there is none that can be used; names the file
   * @throws IOException where storage fails
   */
  public boolean[] of(DecodedImage image) throws IOException, BadImageException {
    String id = image.ref().imageId();
    if (id.startsWith("/") || Arrays.asList(id.split("/", -1)).contains("..")) {
      throw new BadImageException("its path leads out of the directory of masks");
    }
    String plain = ROW.matcher(id).find() ? id : id.replaceFirst("\\.[^./]*$", "");
    String other = null; // what is there and is no PNG: an image, where masks lie among these
    for (String name : new LinkedHashSet<>(Arrays.asList(id, plain + ".png"))) {
      String shown = directory + "/" + name;
      try {
        byte[] file = read(SourceFiles.uri(directory, name, conf));
        if (PngDecoder.accepts(file)) {
          return cut(decode(file), image);
        }
        other = shown;
      } catch (FileNotFoundException e) {
        // the next name
      } catch (BadImageException e) {
        throw new BadImageException("its mask " + shown + ": " + e.getMessage(), e);
      } catch (IllegalArgumentException e) {
        // a name that the file system cannot have
        throw new BadImageException("its mask " + shown + ": " + OneLine.of(e), e);
      }
    }
    throw new BadImageException(
        other == null
            ? "no mask " + directory + "/" + plain + ".png"
            : "its mask " + other + ": it is no PNG");
  }

  /** The bytes of a file or, where it is no PNG, some of them. */
  private byte[] read(String file) throws IOException, BadImageException {
    try (FSDataInputStream in = SourceFiles.openRegular(file, conf)) {
      byte[] start = in.readNBytes(HEAD);
      return PngDecoder.accepts(start)
          ? SourceFiles.read(in, 0, SourceFiles.length(file, conf))
          : start;
    }
  }

  private Rgb decode(byte[] bytes) throws BadImageException {
    if (bytes.length > DEPTH && bytes[DEPTH] == DEEP) {
      // the reader keeps the upper 8 bits, and small numbers would vanish
      throw new BadImageException("it has 16 bits a sample; give 8 or fewer");
    }
    return ImageDecoder.decode(bytes, options.maxPixels());
  }

  private boolean[] cut(Rgb mask, DecodedImage image) throws BadImageException {
    if (mask.width() != image.width() || mask.height() != image.height()) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "it is %d x %d pixels, the image %d x %d",
              mask.width(),
              mask.height(),
              image.width(),
              image.height()));
    }
    int height = image.shape()[1];
    int width = image.shape()[2];
    Transforms.Cut cut =
        options.transform() == Transform.NONE
            ? new Transforms.Cut(width, height, 0, 0)
            : Transforms.cut(mask.width(), mask.height(), options);
    int[] rows = nearest(mask.height(), cut.height(), cut.top(), height);
    int[] columns = nearest(mask.width(), cut.width(), cut.left(), width);
    boolean[] inside = new boolean[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = rows[y] * mask.rowStride() + columns[x] * mask.pixelStride();
        boolean any = false;
        for (int offset : mask.offsets()) {
          any |= mask.data()[at + offset] != 0;
        }
        inside[y * width + x] = any;
      }
    }
    return inside;
  }

  /**
   * Source positions of n output positions from {@code start} on. Pillow finds a position by adding
   * up steps, whose rounding errors add up too, and this does the same for sizes of which Pillow
   * can hold an image. A thinner image has billions of positions along its side; there the sum
   * begins at {@code start}.
   */
  static int[] nearest(int inSize, long outSize, long start, int n) {
    double step = (double) inSize / outSize;
    long from = outSize > MOST_ADDED ? start : 0;
    double at = step * (from + 0.5);
    int[] positions = new int[n];
    for (long i = from; i < start + n; i++) {
      if (i >= start) {
        positions[(int) (i - start)] = Math.min((int) at, inSize - 1);
      }
      at += step;
    }
    return positions;
  }
}
