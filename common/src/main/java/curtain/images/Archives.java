package curtain.images;

import curtain.OneLine;
import curtain.images.source.CodePointOrder;
import curtain.images.source.Member;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The archives that make up one set: those of a folder, or the tars within a tar, as ImageNet's
 * training set has one for each class. Each becomes a folder, named like it without its extension.
 */
final class Archives {
  private static final Pattern EXTENSION = Pattern.compile("(?is)(.+)\\.(?:tar|tar\\.gz|tgz|zip)");

  /** A stem that ends with a number, and perhaps with how many there are. */
  private static final Pattern NUMBERED = Pattern.compile("(?s)(.*?)([0-9]{1,18})(-of-[0-9]+)?");

  /**
   * An archive of a folder.
   *
   * @param id path relative to the root
   * @param file URI
   * @param problem null, or why it cannot be read
   */
  record Found(String id, String file, String problem) {}

  private Archives() {}

  /** Whether a name is an archive's, in any case. */
  static boolean accepts(String name) {
    return EXTENSION.matcher(name).matches();
  }

  /**
   * The archives of a folder, in the order in which their images are listed.
   *
   * @throws IOException where one cannot be read: a part of the set would be missing
   */
  static List<Archive> of(List<Found> files) throws IOException {
    for (Found file : files) {
      if (file.problem() != null) {
        throw new IOException(OneLine.of(file.id()) + " cannot be read: it is " + file.problem());
      }
    }
    Set<String> shards = shards(files.stream().map(file -> stem(file.id())).toList());
    Set<String> repeated = repeated(files.stream().map(file -> stem(file.id())).toList());
    return sorted(
        files.stream()
            .map(
                file -> {
                  String stem = stem(file.id());
                  String folder = repeated.contains(stem) ? file.id() : stem;
                  return new Archive(folder, file.file(), null, shards.contains(stem));
                })
            .toList());
  }

  /** The tars within a tar, in the order in which their images are listed. */
  static List<Archive> within(String file, List<Member> tars) {
    List<String> stems = tars.stream().map(tar -> stem(tar.id())).toList();
    Set<String> shards = shards(stems);
    return sorted(
        tars.stream()
            .map(tar -> new Archive(stem(tar.id()), file, tar, shards.contains(stem(tar.id()))))
            .toList());
  }

  private static String stem(String id) {
    Matcher name = EXTENSION.matcher(id);
    return name.matches() ? name.group(1) : id;
  }

  /** As the folders that they stand for, which come after the files beside them. */
  private static List<Archive> sorted(List<Archive> archives) {
    return archives.stream()
        .sorted(Comparator.comparing(archive -> archive.folder() + "/.", CodePointOrder.PATHS))
        .toList();
  }

  private static Set<String> repeated(List<String> stems) {
    Set<String> seen = new HashSet<>();
    Set<String> repeated = new HashSet<>();
    for (String stem : stems) {
      if (!seen.add(stem)) {
        repeated.add(stem);
      }
    }
    return repeated;
  }

  /** What numbered names have in common. */
  private record Series(String before, String behind) {}

  /**
   * The names that are no classes': two or more that differ in a number alone and have all numbers
   * from the least to the greatest, {@code train-000000} and so on. WordNet ids leave out some. So
   * do not names that are a number and nothing else, without zeros before it: those are classes.
   */
  private static Set<String> shards(List<String> stems) {
    Map<Series, Map<String, Long>> series = new HashMap<>();
    for (String stem : stems) {
      Matcher numbered = NUMBERED.matcher(stem);
      if (numbered.matches()) {
        String behind = numbered.group(3) == null ? "" : numbered.group(3);
        series
            .computeIfAbsent(new Series(numbered.group(1), behind), none -> new HashMap<>())
            .put(stem, Long.valueOf(numbered.group(2)));
      }
    }
    Set<String> shards = new HashSet<>();
    series.forEach(
        (names, numbers) -> {
          long least = numbers.values().stream().min(Long::compare).orElseThrow();
          long most = numbers.values().stream().max(Long::compare).orElseThrow();
          boolean distinct = new HashSet<>(numbers.values()).size() == numbers.size();
          boolean whole = numbers.size() > 1 && distinct && most - least == numbers.size() - 1L;
          if (!names.behind().isEmpty() || (whole && !areClasses(names, numbers))) {
            shards.addAll(numbers.keySet());
          }
        });
    return shards;
  }

  private static boolean areClasses(Series names, Map<String, Long> numbers) {
    boolean bare = names.before().isEmpty() || names.before().endsWith("/");
    return bare
        && numbers.entrySet().stream()
            .allMatch(each -> each.getKey().equals(names.before() + each.getValue()));
  }
}
