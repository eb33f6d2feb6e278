package curtain.images;

import curtain.OneLine;
import curtain.images.source.CodePointOrder;
import curtain.images.source.FileNames;
import curtain.images.source.LeftOut;
import curtain.images.source.SourceFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The Parquet files, or archives, of a directory, as a clone of a data set from the Hugging Face
 * hub has them: beside a card and scripts, several splits of them at times, which their names tell.
 */
final class ParquetFiles {
  private static final String SUFFIX = ".parquet";

  /** The pattern of files that nothing tells a split of. */
  private static final String ANY = "*";

  /** {@code train-00000-of-00004}, perhaps with a hash: any name is a split's. */
  private static final Pattern SHARD =
      Pattern.compile("(.+)-[0-9]{4,5}-of-[0-9]{4,5}(-[0-9a-f]+)?");

  /** The words by which {@code datasets} knows splits, as parts of a name or of a directory's. */
  private static final Pattern WORD =
      Pattern.compile(
          "(?i)(?:.*[^a-z0-9])?(train|training|test|testing|eval|evaluation|validation|valid|val|dev)"
              + "(?:[^a-z0-9].*)?");

  /**
   * A Parquet file.
   *
   * @param id path relative to the root
   * @param file URI
   * @param problem null, or why it cannot be read
   */
  record Table(String id, String file, String problem) {
    Path path() throws IOException {
      if (problem != null) {
        throw new IOException(OneLine.of(id) + " cannot be read: it is " + problem);
      }
      if (id.matches("(?s).*%(?!25).*")) {
        throw new IOException(
            OneLine.of(id) + " cannot be read: its name is not UTF-8; rename it (%XX is a byte)");
      }
      return SourceFiles.pathOfUri(file);
    }
  }

  private ParquetFiles() {}

  /** Whether a name is a Parquet file's, in any case. */
  static boolean accepts(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(SUFFIX);
  }

  /**
   * Refuses several splits in one directory, which nobody wants to be one set.
   *
   * @param root of the set, as the user wrote it
   * @param ids paths relative to the root
   * @throws IOException naming the splits, and how the files of one are named
   */
  static void checkSplits(String root, List<String> ids) throws IOException {
    TreeMap<String, List<String>> splits = new TreeMap<>(CodePointOrder.NAMES); // by pattern
    for (String id : ids) {
      splits.computeIfAbsent(pattern(id), none -> new ArrayList<>()).add(id);
    }
    if (splits.size() > 1) {
      String base = root.endsWith("/") ? root : root + "/";
      List<String> named =
          splits.entrySet().stream()
              .map(split -> "'" + base + exact(split.getKey(), split.getValue(), ids) + "'")
              .toList();
      int most = Math.min(named.size(), 6);
      throw new IOException(
          String.format(
              Locale.ROOT,
              "image set %s holds %d splits of a data set; give one of %s%s",
              root,
              named.size(),
              String.join(", ", named.subList(0, most)),
              most < named.size() ? ", ..." : ""));
    }
  }

  /**
   * What names the files of a split, relative to the root, and no others: its pattern or, where
   * that names others, too, what their names begin with; the first of them where nothing does.
   */
  private static String exact(String pattern, List<String> files, List<String> all) {
    String first = files.get(0);
    int length = first.length();
    for (String file : files) {
      while (!file.startsWith(first.substring(0, length))) {
        length--;
      }
    }
    String begin = first.substring(0, length) + "*";
    return Stream.of(pattern, begin)
        .filter(each -> names(each, files, all))
        .findFirst()
        .orElse(first);
  }

  /** Whether these files, of all, are those of a pattern or a directory. */
  private static boolean names(String pattern, List<String> files, List<String> all) {
    int slash = pattern.lastIndexOf('/') + 1;
    String name = Pattern.quote(pattern.substring(0, slash)) + regex(pattern.substring(slash));
    Pattern whole = Pattern.compile(name, Pattern.DOTALL);
    return all.stream()
        .filter(
            file ->
                pattern.endsWith("*")
                    ? file.lastIndexOf('/') < slash && whole.matcher(file).matches()
                    : file.startsWith(pattern + "/"))
        .toList()
        .equals(files);
  }

  /** What names the files of a file's split, relative to the root. */
  private static String pattern(String id) {
    int slash = id.lastIndexOf('/');
    String directory = id.substring(0, slash + 1);
    String name = id.substring(slash + 1);
    String stem = name.replaceFirst("(?i)\\.(parquet|tar|tar\\.gz|tgz|zip)$", "");
    Matcher shard = SHARD.matcher(stem);
    if (shard.matches()) {
      return directory + shard.group(1) + "-*";
    }
    Matcher word = WORD.matcher(stem);
    if (word.matches()) {
      return directory + name.substring(0, word.end(1)) + "*";
    }
    for (int end = directory.indexOf('/'); end >= 0; end = directory.indexOf('/', end + 1)) {
      String parent = directory.substring(0, end);
      if (WORD.matcher(parent.substring(parent.lastIndexOf('/') + 1)).matches()) {
        return parent;
      }
    }
    return ANY;
  }

  /**
   * The Parquet files or archives of a directory that a pattern names, {@code DIRECTORY/NAME} in
   * which {@code *} is any text, in the order of their names; empty where it names none, or the
   * directory is not there. Written here because Hadoop's globs give brackets, braces and colons a
   * meaning, which names may have.
   *
   * @param accepted tells the wanted kind by its name
   */
  static List<Table> matching(FileSystem fs, Path pattern, Predicate<String> accepted)
      throws IOException {
    List<Table> files = new ArrayList<>();
    String name = pattern.getName();
    Path parent = pattern.getParent();
    if (!name.contains("*") || parent == null) {
      return files;
    }
    Pattern wanted = Pattern.compile(regex(name), Pattern.DOTALL);
    try {
      Tree.walk(Folder.of(fs, parent), new Matching(accepted, wanted, files));
    } catch (FileNotFoundException | NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    return files;
  }

  /** A pattern, in which {@code *} is any text, as a regular expression. */
  private static String regex(String pattern) {
    return Arrays.stream(pattern.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  /** Takes the files of the directory itself, which come before its folders. */
  private record Matching(Predicate<String> accepted, Pattern wanted, List<Table> files)
      implements Tree.Visitor {
    @Override
    public boolean file(String id, String file, long length, String problem) {
      boolean here = id.indexOf('/') < 0;
      if (here && accepted.test(id) && wanted.matcher(FileNames.text(id)).matches()) {
        files.add(new Table(id, file, problem));
      }
      return here;
    }

    @Override
    public boolean leftOut(LeftOut reason) {
      return true;
    }
  }
}
