package curtain.jobs.check;

import curtain.images.ClassList;
import curtain.images.source.FileNames;
import curtain.images.source.ImageRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Labels of listed images, and the classes that they are of.
 *
 * @param classes classes that labels are read by
 * @param whose whose list these are
 * @param images listed images that are no errors
 */
record LabelReport(ClassList classes, String whose, List<ImageRef> images) {
  private static final int EXAMPLES = 3;

  /** Says how many images have labels, where from, and how many each class has. */
  void say(String source, Screen screen) {
    List<String> from = new ArrayList<>();
    List<String> strangers = new ArrayList<>();
    int[] counts = new int[classes.size()];
    int beyond = 0;
    for (ImageRef image : images) {
      Integer label = classes.label(image);
      boolean own = image.label() != null || !inItsFolder(image);
      if (label == null) {
        String directory = classes.directoryOf(image);
        if (directory != null) {
          strangers.add(directory);
        }
        continue;
      }
      from.add(own ? "by " + source : "by their folders");
      if (label < counts.length) {
        counts[label]++;
      } else {
        beyond++;
      }
    }
    if (from.isEmpty()) {
      screen.say("labels", "none, so --targets label would find none");
    } else {
      screen.say(
          "labels",
          "%,d of %,d images, %s%s",
          from.size(),
          images.size(),
          Counts.words(Counts.of(from), EXAMPLES).replaceAll("[\\d,]+ (by )", "$1"),
          beyond == 0
              ? ""
              : String.format(
                  Locale.ROOT, "; %,d of them are beyond 0..%d", beyond, counts.length - 1));
    }
    if (!strangers.isEmpty()) {
      screen.more("in folders that are no class: %s", Counts.words(Counts.of(strangers), EXAMPLES));
    }
    sayClasses(counts, screen);
  }

  /** Whether the class that an image names is its folder, and not text of its source. */
  static boolean inItsFolder(ImageRef image) {
    return Objects.equals(image.directory(), FileNames.directory(image.imageId()));
  }

  private void sayClasses(int[] counts, Screen screen) {
    List<Integer> there =
        IntStream.range(0, counts.length)
            .filter(i -> counts[i] > 0)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> -counts[i]))
            .toList();
    screen.say(
        "classes",
        "%,d, %s; %s",
        counts.length,
        whose,
        there.isEmpty()
            ? "none with images"
            : String.format(
                Locale.ROOT,
                "%,d with images, %,d without",
                there.size(),
                counts.length - there.size()));
    if (there.isEmpty()) {
      return;
    }
    int most = counts[there.get(0)];
    if (most == counts[there.get(there.size() - 1)]) {
      screen.more(
          "%,d %s each: %s",
          most,
          most == 1 ? "image" : "images",
          Counts.names(there.stream().map(classes::name).toList(), EXAMPLES));
    } else {
      List<Integer> least = new ArrayList<>(there);
      Collections.reverse(least);
      screen.more("most: %s; fewest: %s", named(there, counts), named(least, counts));
    }
  }

  private String named(List<Integer> of, int[] counts) {
    return of.stream()
        .limit(EXAMPLES)
        .map(i -> String.format(Locale.ROOT, "%s (%,d)", classes.name(i), counts[i]))
        .collect(Collectors.joining(", "));
  }
}
