package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Pillow;
import curtain.fixtures.Shared;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decoded and transformed pixels are Pillow 9.4's and torchvision 0.14's, bit for bit; and what
 * Pillow refuses is an error. The reference is common/src/test/python/pillow_pixels.py.
 */
@Tag("reference")
final class PillowTest {
  private static final int[][] SAMPLINGS = {
    {1, 1, 1, 1, 1, 1}, // 4:4:4
    {2, 1, 1, 1, 1, 1}, // 4:2:2
    {2, 2, 1, 1, 1, 1}, // 4:2:0
    {1, 2, 1, 1, 1, 1}, // 4:4:0
    {4, 1, 1, 1, 1, 1}, // 4:1:1
    {4, 2, 1, 1, 1, 1}, // 4:1:0
    {2, 2, 2, 1, 1, 2}, // chroma halved in one direction each
    {2, 2, 1, 2, 1, 2},
    {1, 4, 1, 1, 1, 1}
  };

  /** Files that Pillow reads and Curtain refuses, on purpose. */
  private static final Set<String> STRICTER = Set.of("no_palette.png");

  /**
   * How names of others begin: the library reads no palettes of WebP, and JPEG is a reader's own.
   */
  private static final Pattern REFUSED = Pattern.compile("(webp_few|tiff_jpeg|tiff_extra1)_.*");

  private static final Set<Transform> ALL = EnumSet.allOf(Transform.class);

  @Test
  void photosOfImageNetEqual() throws IOException, InterruptedException {
    assertEquals(100 * 3, compare(Pillow.shared("imagenet-sample/val")));
  }

  @Test
  void photosOfThePaperEqual() throws IOException, InterruptedException {
    assertEquals(10 * 3, compare(Pillow.shared("imagenette-examples/val")));
  }

  @Test
  void imagesOfCifarEqual() throws IOException, InterruptedException {
    assertEquals(50 * 3, compare(Pillow.shared("cifar10-sample/test/cat")));
  }

  @Test
  void oddFilesEqual(@TempDir Path directory) throws IOException, InterruptedException {
    Pillow.make(directory);
    compare(directory);
  }

  /**
   * Every format but JPEG and PNG; as decoded, for what follows is that of all formats, and under
   * every transform with {@code -Dcurtain.full=true}.
   */
  @Test
  void otherFormatsEqual(@TempDir Path directory) throws IOException, InterruptedException {
    Pillow.formats(directory);
    compare(directory, Shared.full() ? ALL : EnumSet.of(Transform.NONE));
  }

  /** Of lossy WebP the decoder is our own: all that Pillow's writer varies, and damaged files. */
  @Test
  void lossyWebpEquals(@TempDir Path directory) throws IOException, InterruptedException {
    Pillow.lossy(Pillow.shared("imagenet-sample/val"), directory);
    assertTrue(compare(directory, EnumSet.of(Transform.NONE)) > 800);
  }

  @Test
  void oddSamplingsAndRestartsEqual(@TempDir Path directory)
      throws IOException, InterruptedException {
    int[][] sizes = {{1, 1}, {3, 2}, {16, 16}, {45, 67}, {301, 203}};
    for (int s = 0; s < SAMPLINGS.length; s++) {
      for (int[] size : sizes) {
        for (boolean progressive : new boolean[] {false, true}) {
          for (int restart : new int[] {0, 3}) {
            String name =
                String.format(
                    Locale.ROOT, "s%d_%dx%d_%b_%d.jpg", s, size[0], size[1], progressive, restart);
            OddJpegs.write(
                directory.resolve(name),
                OddJpegs.picture(size[0], size[1]),
                SAMPLINGS[s],
                restart,
                progressive);
          }
        }
      }
    }
    assertEquals(SAMPLINGS.length * sizes.length * 4 * 3, compare(directory));
  }

  /** The picture by which a runtime's upsampling is judged is one on which it shows. */
  @Test
  void probeOfUpsamplingEquals(@TempDir Path directory) throws IOException, InterruptedException {
    try (InputStream probe = PillowTest.class.getResourceAsStream("decode/sampling-440.jpg")) {
      Files.write(directory.resolve("probe.jpg"), probe.readAllBytes());
    }
    assertEquals(3, compare(directory));
  }

  /** Compares every file under every transform; gives the number of comparisons. */
  private static int compare(Path tree) throws IOException, InterruptedException {
    return compare(tree, ALL);
  }

  private static int compare(Path tree, Set<Transform> transforms)
      throws IOException, InterruptedException {
    List<Pillow.Row> expected = Pillow.hash(tree, transforms);
    Configuration conf = new Configuration();
    List<ImageRef> refs = ImageSet.list(tree.toString(), Long.MAX_VALUE, conf).refs();
    Map<Transform, Map<String, Outcome>> got = new EnumMap<>(Transform.class);
    for (Transform transform : transforms) {
      int size = transform == Transform.NONE ? 0 : 224;
      ImageOptions options = new ImageOptions(transform, size, ImageOptions.DEFAULT_MAX_PIXELS);
      Map<String, Outcome> outcomes = new HashMap<>();
      try (CloseableIterator<Outcome> images = ImageSet.load(refs, options, conf)) {
        images.forEachRemaining(outcome -> outcomes.put(outcome.ref().imageId(), outcome));
      }
      got.put(transform, outcomes);
    }
    List<String> differences = new ArrayList<>();
    for (Pillow.Row row : expected) {
      String result;
      if (got.get(row.transform()).get(row.path()) instanceof DecodedImage image) {
        boolean same =
            image.width() == row.width()
                && image.height() == row.height()
                && Pillow.sha256(image.pixels()).equals(row.result());
        result = same ? null : "differs from Pillow's " + row.result();
      } else {
        ImageError error = (ImageError) got.get(row.transform()).get(row.path());
        boolean same =
            row.error() || STRICTER.contains(row.path()) || REFUSED.matcher(row.path()).matches();
        result = same ? null : "is an error, but not in Pillow: " + error.reason();
      }
      if (result != null) {
        differences.add(row.path() + " " + row.transform() + " " + result);
      }
    }
    assertEquals(List.of(), differences, String.join("\n", differences));
    return expected.size();
  }
}
