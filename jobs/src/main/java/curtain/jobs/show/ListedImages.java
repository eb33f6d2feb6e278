package curtain.jobs.show;

import curtain.images.ImageSet;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * The images that an output is of, listed anew.
 *
 * @param uri where they are
 * @param options how they become inputs
 * @param refs all of them, ordinals ascending
 */
public record ListedImages(String uri, ImageOptions options, List<ImageRef> refs) {
  /**
   * Lists an image set.
   *
   * @param run what was made of it, which says how it was read
   * @param images the set, or null for the one of the run, which must not have changed
   * @throws RunException where it has
   */
  public static ListedImages of(FinishedOutput run, String images, Configuration conf)
      throws IOException, RunException {
    if (images != null) {
      return of(run, images, Long.MAX_VALUE, conf);
    }
    ListedImages listed = of(run, run.setting("images"), limit(run), conf);
    if (!ImageArguments.listingSha256(listed.refs).equals(run.setting("listing_sha256"))) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s has changed since curtain %s read it; give --images to use it all the same",
              listed.uri,
              run.provenance().command()));
    }
    return listed;
  }

  /**
   * Lists the second set of a Gram matrix.
   *
   * @throws RunException where it has changed
   */
  public static ListedImages columns(FinishedOutput gram, Configuration conf)
      throws IOException, RunException {
    ListedImages listed = of(gram, gram.setting("columns"), limit(gram), conf);
    String sha256 = gram.setting("columns_listing_sha256");
    if (!ImageArguments.listingSha256(listed.refs).equals(sha256)) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s, the columns' set, has changed since curtain gram read it; run curtain gram"
                  + " again",
              listed.uri));
    }
    return listed;
  }

  private static long limit(FinishedOutput run) throws RunException {
    String limit = run.setting("limit");
    try {
      return limit.equals("none") ? Long.MAX_VALUE : Long.parseLong(limit);
    } catch (NumberFormatException e) {
      throw new RunException("the provenance of --input is damaged: " + e.getMessage());
    }
  }

  /** Lists a set as the run read its own. */
  private static ListedImages of(FinishedOutput run, String uri, long limit, Configuration conf)
      throws IOException, RunException {
    String size = run.setting("image_size");
    ImageOptions options =
        new ImageOptions(
            Transform.of(run.setting("transform")),
            size.equals("any") ? 0 : Integer.parseInt(size),
            Long.parseLong(run.setting("max-pixels")));
    ImageSet set = ImageArguments.listed("--images", uri, limit, ImageArguments.columns(run), conf);
    set.check(options);
    return new ListedImages(uri, options, set.refs());
  }

  /**
   * An image's pixels.
   *
   * @throws RunException where it could not be read
   */
  public DecodedImage decoded(Outcome outcome) throws RunException {
    if (outcome instanceof ImageError error) {
      throw new RunException(
          String.format(
              Locale.ROOT, "--images %s: %s: %s", uri, error.ref().imageId(), error.reason()));
    }
    return (DecodedImage) outcome;
  }
}
