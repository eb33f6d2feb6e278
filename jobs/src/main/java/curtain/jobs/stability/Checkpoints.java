package curtain.jobs.stability;

import curtain.Nearest;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The weights files of one training run: found, ordered and chosen by name. */
public final class Checkpoints {
  /**
   * The number of checkpoints whose gates are used by default; all of them where there are fewer.
   */
  public static final int MOST_LENDING = 12;

  /** The order of names in which digits compare as numbers: {@code step9} before {@code step10}. */
  static final Comparator<String> NATURAL = Checkpoints::compare;

  private Checkpoints() {}

  /**
   * The files of {@code --checkpoints}, in natural order of their names.
   *
   * @param given a directory, whose files are taken, or a glob; names that begin with {@code .} or
   *     {@code _} are left out
   * @throws IOException when there is none, two have the same name, or two the same step, which is
   *     the last number of a name; the message names both
   */
  static List<Path> list(String given, Configuration conf) throws IOException {
    Path path = SourceFiles.qualified(given, conf);
    FileSystem fs = path.getFileSystem(conf);
    FileStatus[] found;
    if (fs.exists(path) && fs.getFileStatus(path).isDirectory()) {
      found = fs.listStatus(path);
    } else {
      found = SourceFiles.isLocal(fs) ? LocalGlob.expand(fs, path) : fs.globStatus(path);
    }
    List<Path> files =
        Arrays.stream(found == null ? new FileStatus[0] : found)
            .filter(FileStatus::isFile)
            .map(FileStatus::getPath)
            .filter(file -> !file.getName().startsWith(".") && !file.getName().startsWith("_"))
            .sorted(Comparator.comparing(Path::getName, NATURAL))
            .toList();
    if (files.isEmpty()) {
      throw new IOException(
          "--checkpoints " + given + " names no file; give a directory of weights files or a glob");
    }
    Map<String, Path> steps = new HashMap<>();
    for (Path file : files) {
      String step = step(file.getName());
      Path other = steps.put(step == null ? "name " + file.getName() : "step " + step, file);
      if (other != null) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "--checkpoints: %s and %s have the same %s; leave one out",
                display(other),
                display(file),
                step == null ? "name" : "step " + step));
      }
    }
    return files;
  }

  private static String display(Path file) {
    return "file".equals(file.toUri().getScheme()) ? file.toUri().getPath() : file.toString();
  }

  /** The last number of a name without its extension, or null. */
  static String step(String name) {
    int dot = name.lastIndexOf('.');
    String[] numbers = (dot > 0 ? name.substring(0, dot) : name).split("\\D+", -1);
    for (int i = numbers.length - 1; i >= 0; i--) {
      if (!numbers[i].isEmpty()) {
        return new BigInteger(numbers[i]).toString();
      }
    }
    return null;
  }

  private static int compare(String a, String b) {
    String boundary = "(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)";
    String[] left = a.split(boundary, -1);
    String[] right = b.split(boundary, -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      boolean numbers =
          Character.isDigit(left[i].charAt(0)) && Character.isDigit(right[i].charAt(0));
      int order =
          numbers
              ? new BigInteger(left[i]).compareTo(new BigInteger(right[i]))
              : left[i].compareTo(right[i]);
      if (order != 0) {
        return order;
      }
    }
    int order = Integer.compare(left.length, right.length);
    return order == 0 ? a.compareTo(b) : order;
  }

  /**
   * Indices of the checkpoints whose gates are used with the weights of all.
   *
   * @param option value of {@code --gates-from}: names separated by commas, a number, or null
   * @param names names of all checkpoints, in order
   * @throws IllegalArgumentException for an unknown name, one that is given twice, or a number
   *     above that of the checkpoints
   */
  static List<Integer> gatesFrom(String option, List<String> names) {
    if (option == null) {
      return spaced(Math.min(MOST_LENDING, names.size()), names.size());
    }
    if (option.matches("\\d{1,6}") && !names.contains(option)) {
      int count = Integer.parseInt(option);
      if (count < 1 || count > names.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "--gates-from %s: there are %d checkpoints; give 1 to %2$d, or names",
                option,
                names.size()));
      }
      return spaced(count, names.size());
    }
    List<Integer> positions = new ArrayList<>();
    for (String name : option.split(",", -1)) {
      int position = names.indexOf(name);
      if (position < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "--gates-from: '%s' is none of the checkpoints; the nearest is %s",
                name,
                Nearest.of(name, names)));
      }
      if (positions.contains(position)) {
        throw new IllegalArgumentException("--gates-from names " + name + " twice");
      }
      positions.add(position);
    }
    return positions.stream().sorted().toList();
  }

  /** Indices of the first, the last and logarithmically spaced ones between; of one, the last. */
  private static List<Integer> spaced(int count, int of) {
    if (count == of) {
      return IntStream.range(0, of).boxed().toList();
    }
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < count - 1; i++) {
      int position = (int) Math.round(Math.pow(of, (double) i / (count - 1))) - 1;
      int least = positions.isEmpty() ? 0 : positions.get(i - 1) + 1;
      positions.add(Math.max(least, position));
    }
    positions.add(of - 1);
    return List.copyOf(positions);
  }
}
