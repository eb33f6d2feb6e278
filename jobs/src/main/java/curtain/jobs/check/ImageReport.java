package curtain.jobs.check;

import curtain.images.ImageSet;
import curtain.images.source.ImageError;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A set of images, with those of it that were read.
 *
 * @param uri the set, as the option gave it
 * @param set its listing
 * @param kind what it is
 * @param sample images of it that were read
 */
record ImageReport(String uri, ImageSet set, SourceKind kind, Sample sample) {
  private static final int EXAMPLES = 3;

  /** Images without pixels that have a line of their own. */
  private static final int NAMED = 5;

  /** The listed images. */
  List<ImageRef> refs() {
    return set.refs();
  }

  /** Says what is listed and left out, and what of the images that were read can be used. */
  void say(Screen screen) {
    List<ImageRef> errors = refs().stream().filter(ref -> ref.error() != null).toList();
    int room = Screen.WIDTH - Screen.MARGIN - kind.words().length() - 2;
    screen.say("images", "%s: %s", kind.words(), Screen.end(uri, room));
    screen.say(
        "listed",
        "%,d%s",
        refs().size(),
        kind.files() ? ": " + Counts.words(Counts.of(extensions(refs())), 6) : " rows");
    if (!set.leftOut().isEmpty()) {
      screen.say("left out", "%s", LeftOut.words(set.leftOut()));
    }
    if (!errors.isEmpty()) {
      screen.say("errors", "%,d of the listing, rows of errors/ in a run", errors.size());
      errors.stream()
          .limit(EXAMPLES)
          .forEach(ref -> screen.more("%s: %s", name(ref, 50), ref.error()));
    }
    sayRead(screen);
  }

  /** Says what a user should know of labels that are missing, as a run does. */
  void sayNotes(Screen screen) {
    set.notes().forEach(note -> screen.say("labels", "%s", note));
  }

  private void sayRead(Screen screen) {
    screen.say(
        "read",
        "%s: %,d can be used%s, %,d cannot",
        refs().size() == sample.count()
            ? "all"
            : String.format(Locale.ROOT, "%,d, spread evenly", sample.count()),
        sample.usable().size(),
        formats(sample),
        sample.errors().size());
    List<ImageError> bad = sample.errors();
    bad.stream()
        .limit(NAMED)
        .forEach(error -> screen.more("%s: %s", name(error.ref(), 40), error.reason()));
    if (bad.size() > NAMED) {
      List<ImageError> rest = bad.subList(NAMED, bad.size());
      screen.more(
          "%,d more: %s",
          rest.size(),
          Counts.names(rest.stream().map(e -> name(e.ref(), 20)).toList(), Sample.MOST));
    }
    if (sample.usable().isEmpty()) {
      screen.problem(
          String.format(
              Locale.ROOT,
              "--images %s: none of the %,d images that were read can be used, most often: %s",
              uri,
              bad.size(),
              Counts.of(bad.stream().map(ImageError::reason).toList()).keySet().iterator().next()));
    }
  }

  private static String formats(Sample sample) {
    List<String> formats =
        sample.usable().stream()
            .map(read -> read.format() == null ? "of stored pixels" : read.format())
            .toList();
    return formats.isEmpty() ? "" : " (" + Counts.words(Counts.of(formats), 6) + ")";
  }

  private static List<String> extensions(List<ImageRef> refs) {
    List<String> extensions = new ArrayList<>();
    for (ImageRef ref : refs) {
      String file = ref.imageId().substring(ref.imageId().lastIndexOf('/') + 1);
      int dot = file.lastIndexOf('.');
      extensions.add(
          dot <= 0
              ? "without extension"
              : Screen.cut(file.substring(dot).toLowerCase(Locale.ROOT), 12));
    }
    return extensions;
  }

  private static String name(ImageRef ref, int width) {
    return Screen.end(ref.imageId(), width);
  }
}
