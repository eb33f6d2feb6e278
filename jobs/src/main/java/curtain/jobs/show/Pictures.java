package curtain.jobs.show;

import curtain.figures.Picture;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;

/** Images of a set as pictures in one size, by image_id. */
public final class Pictures {
  private final ListedImages set;
  private final int side;
  private final Configuration conf;
  private final Map<String, ImageRef> byId = new HashMap<>();

  /**
   * Of a set.
   *
   * @param side longer side, pixels; 0 for 128, or the least multiple from there of smaller images
   */
  public Pictures(ListedImages set, int side, Configuration conf) {
    this.set = set;
    this.side = side;
    this.conf = conf;
    set.refs().forEach(ref -> byId.putIfAbsent(ref.imageId(), ref));
  }

  /**
   * Reads some in that size; memory: these.
   *
   * @throws RunException where one is not there or cannot be read
   */
  public Map<String, Picture> read(Set<String> ids) throws IOException, RunException {
    return read(ids, this::sized);
  }

  /**
   * Reads some in another size; memory: these.
   *
   * @param sized gets each in the size of the network's inputs
   * @throws RunException where one is not there or cannot be read
   */
  public Map<String, Picture> read(Set<String> ids, UnaryOperator<Picture> sized)
      throws IOException, RunException {
    List<ImageRef> refs = new ArrayList<>();
    for (String id : ids) {
      ImageRef ref = byId.get(id);
      if (ref == null) {
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--images %s has no %s, which --input has; give the set that it was made of",
                set.uri(),
                id));
      }
      refs.add(ref);
    }
    refs.sort(Comparator.comparingLong(ImageRef::ordinal));
    Map<String, Picture> pictures = new HashMap<>();
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(refs, set.options(), conf)) {
      for (ImageRef ref : refs) {
        DecodedImage image = set.decoded(outcomes.next());
        Picture picture = Picture.ofImage(image.shape()[2], image.shape()[1], image.pixels());
        pictures.put(ref.imageId(), sized.apply(picture));
      }
    }
    return pictures;
  }

  private Picture sized(Picture picture) {
    int longest = Math.max(picture.width(), picture.height());
    int least = PictureSize.LEAST;
    int own = longest < least ? PictureSize.enlarged(longest) : least;
    return PictureSize.resized(picture, side > 0 ? side : own);
  }
}
