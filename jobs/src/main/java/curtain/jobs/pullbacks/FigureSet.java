package curtain.jobs.pullbacks;

import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.ListedImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The images that figures show: those chosen from the pullbacks, as the image set lists them. */
public final class FigureSet {
  private final ListedImages set;
  private final List<ImageRef> chosen = new ArrayList<>();
  private final Configuration conf;
  private Map<String, ImageRef> byId;

  private FigureSet(ListedImages set, Configuration conf) {
    this.set = set;
    this.conf = conf;
  }

  /**
   * Lists an image set.
   *
   * @param images the set, or null for the one that the pullbacks were taken of
   * @throws RunException where that set has changed since
   */
  static FigureSet list(FinishedOutput pullbacks, String images, Configuration conf)
      throws IOException, RunException {
    return new FigureSet(ListedImages.of(pullbacks, images, conf), conf);
  }

  /**
   * Chooses images, by one pass over the rows without their values.
   *
   * @param ids the images to choose from; empty for all
   * @param targets an image must have a pullback of one of these classes; empty for any
   * @param limit the largest number of images
   * @throws RunException where an image or class that was asked for has no pullbacks, which it
   *     names; where nothing is chosen; or where rows are not by ordinal
   */
  void choose(
      FinishedOutput pullbacks,
      Set<String> ids,
      List<Integer> targets,
      long limit,
      ClassNames names)
      throws IOException, RunException {
    Set<String> missing = new LinkedHashSet<>(ids);
    Set<Integer> unseen = new LinkedHashSet<>(targets);
    long last = -1;
    long counted = -1;
    try (PullbackReader rows = PullbackReader.open(pullbacks, Store.NONE, ids, conf)) {
      for (PullbackRow row = rows.next(); row != null; row = rows.next()) {
        if (row.ordinal() < last) {
          throw new RunException(
              "the rows of pullbacks/ are not in the order that curtain pullbacks wrote");
        }
        last = row.ordinal();
        missing.remove(row.imageId());
        unseen.remove(row.target());
        boolean wanted = targets.isEmpty() || has(targets, row.target());
        if (wanted && counted < row.ordinal() && chosen.size() < limit) {
          counted = row.ordinal();
          add(row);
        }
      }
    }
    for (String id : missing) {
      throw new RunException("--image " + id + " has no pullbacks; errors/ may say why");
    }
    for (int target : unseen) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--targets: %s of the images has pullbacks of %s",
              ids.isEmpty() ? "none" : "none of --image's",
              names.title(target)));
    }
    if (chosen.isEmpty()) {
      throw new RunException("there are no pullbacks to show; errors/ says why");
    }
  }

  /** Whether the target is one of these classes; null, that of a neuron's row, is not. */
  public static boolean has(List<Integer> targets, Integer target) {
    return target != null && targets.contains(target);
  }

  /** The same set with nothing chosen. */
  FigureSet none() {
    FigureSet none = new FigureSet(set, conf);
    none.byId = byId;
    return none;
  }

  /** The chosen images, ordinals ascending. */
  List<ImageRef> chosen() {
    return chosen;
  }

  /** The pixels of the chosen images, in order; {@link #decoded} refuses those that failed. */
  CloseableIterator<Outcome> load() {
    return ImageSet.load(chosen, set.options(), conf);
  }

  /**
   * An image's pixels.
   *
   * @throws RunException where it could not be read
   */
  DecodedImage decoded(Outcome outcome) throws RunException {
    return set.decoded(outcome);
  }

  /**
   * Chooses the image of a row; rows come by ordinal.
   *
   * @throws RunException where the set lacks the image or has it in another order
   */
  void add(PullbackRow row) throws RunException {
    ImageRef ref = find(row);
    if (ref == null) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--images %s has no %s, whose pullbacks --input has; give the set that they were taken of",
              set.uri(),
              row.imageId()));
    }
    if (!chosen.isEmpty() && chosen.get(chosen.size() - 1).ordinal() >= ref.ordinal()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--images %s has %s in another place than the set that the pullbacks were taken of",
              set.uri(),
              row.imageId()));
    }
    chosen.add(ref);
  }

  /** The listed image of a row, or null; a map serves where sets differ and ordinals with them. */
  private ImageRef find(PullbackRow row) {
    if (row.ordinal() < set.refs().size()) {
      ImageRef ref = set.refs().get((int) row.ordinal());
      if (ref.imageId().equals(row.imageId())) {
        return ref;
      }
    }
    if (byId == null) {
      byId = new HashMap<>();
      set.refs().forEach(ref -> byId.putIfAbsent(ref.imageId(), ref));
    }
    return byId.get(row.imageId());
  }
}
