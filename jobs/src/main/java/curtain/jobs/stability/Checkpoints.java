package curtain.jobs.stability;

import curtain.Nearest;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The weights files of one training run: found and chosen by name. */
public final class Checkpoints {
  /**
   * The number of checkpoints whose gates are used by default; all of them where there are fewer.
   */
  public static final int MOST_LENDING = 12;

  /** The most that is read of a list, in bytes. */
  private static final int LARGEST_LIST = 1 << 24;

  /** What training code writes beside weights, in the folder of one checkpoint. */
  private static final Pattern COMPANION =
      Pattern.compile(
          "(?:optimizer|optim|scheduler|scaler|rng_state|random_states?|training_args)[^/]*",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(?:pth|pt|ckpt|bin|safetensors|tar|t7|pkl|pickle|model|weights|params|zip)",
          Pattern.CASE_INSENSITIVE);

  private Checkpoints() {}

  /**
   * The files of one run.
   *
   * @param files files by relative path
   * @param left number of folders beside the files, which are not looked into
   */
  record Found(Map<String, Path> files, int left) {
    /** The relative paths, in no order. */
    List<String> names() {
      return List.copyOf(files.keySet());
    }
  }

  /**
   * The files of {@code --checkpoints}, by their paths relative to the innermost folder that holds
   * all of them.
   *
   * @param given a directory, whose files are taken, or a glob; where there are only folders, the
   *     weights files in these, at any depth. Names that begin with {@code .} or {@code _} are left
   *     out
   * @throws IOException when there is none
   */
  static Found find(String given, Configuration conf) throws IOException {
    Path path = SourceFiles.qualified(given, conf);
    FileSystem fs = path.getFileSystem(conf);
    FileStatus[] found;
    if (fs.exists(path) && fs.getFileStatus(path).isDirectory()) {
      found = fs.listStatus(path);
    } else {
      found = SourceFiles.isLocal(fs) ? LocalGlob.expand(fs, path) : fs.globStatus(path);
    }
    List<FileStatus> shown = shown(found == null ? new FileStatus[0] : found);
    List<Path> files = shown.stream().filter(FileStatus::isFile).map(FileStatus::getPath).toList();
    int folders = shown.size() - files.size();
    List<Path> inner = new ArrayList<>();
    boolean beside = files.stream().noneMatch(file -> WEIGHTS.matcher(file.getName()).matches());
    if (folders > 0 && beside) {
      for (FileStatus status : shown) {
        if (status.isDirectory()) {
          addWeights(fs, status.getPath(), inner);
        }
      }
    }
    if (!inner.isEmpty()) {
      files = inner;
      folders = 0;
    }
    if (files.isEmpty()) {
      throw new IOException(
          "--checkpoints " + given + " names no file; give a directory of weights files or a glob");
    }
    Path common = files.get(0).getParent();
    for (Path file : files) {
      while (!isWithin(file, common)) {
        common = common.getParent();
      }
    }
    Map<String, Path> named = new TreeMap<>();
    int skip = common.toUri().getPath().replaceFirst("/$", "").length() + 1;
    for (Path file : files) {
      named.put(file.toUri().getPath().substring(skip), file);
    }
    return new Found(Collections.unmodifiableMap(named), folders);
  }

  private static boolean isWithin(Path file, Path folder) {
    for (Path parent = file.getParent(); parent != null; parent = parent.getParent()) {
      if (parent.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  private static List<FileStatus> shown(FileStatus[] found) {
    return Arrays.stream(found)
        .filter(
            each ->
                !each.getPath().getName().startsWith(".")
                    && !each.getPath().getName().startsWith("_"))
        .toList();
  }

  private static void addWeights(FileSystem fs, Path folder, List<Path> to) throws IOException {
    for (FileStatus status : shown(fs.listStatus(folder))) {
      String name = status.getPath().getName();
      if (status.isDirectory()) {
        addWeights(fs, status.getPath(), to);
      } else if (WEIGHTS.matcher(name).matches() && !COMPANION.matcher(name).matches()) {
        to.add(status.getPath());
      }
    }
  }

  /**
   * The files of {@code --checkpoints}, in the order of their names.
   *
   * @param given a directory or glob
   * @throws IOException when there is none
   */
  public static CheckpointOrder ordered(String given, Configuration conf) throws IOException {
    return CheckpointOrder.of(find(given, conf).names());
  }

  /**
   * The order of checkpoints.
   *
   * @param names relative paths
   * @param list value of {@code --checkpoint-order}, or null for {@link CheckpointOrder#of}
   * @throws IOException when the list cannot be read, or does not name each of them once
   */
  static CheckpointOrder order(List<String> names, String list, Configuration conf)
      throws IOException {
    if (list == null) {
      return CheckpointOrder.of(names);
    }
    Path path = new Path(list);
    String text;
    try (InputStream in = path.getFileSystem(conf).open(path)) {
      text = new String(in.readNBytes(LARGEST_LIST), StandardCharsets.UTF_8);
    }
    String option = "--checkpoint-order " + list;
    Set<String> given = new LinkedHashSet<>();
    for (String line : text.replaceFirst("^\uFEFF", "").lines().toList()) {
      String name = line.strip().replaceFirst("^\\./", "");
      if (name.isEmpty()) {
        continue;
      }
      if (!names.contains(name)) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s: '%s' is none of the checkpoints; the nearest is %s",
                option,
                name,
                Nearest.of(name, names)));
      }
      if (!given.add(name)) {
        throw new IOException(option + " names " + name + " twice");
      }
    }
    List<String> rest = names.stream().filter(name -> !given.contains(name)).toList();
    if (!rest.isEmpty()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s lacks %s%s; add it, or leave it out of --checkpoints",
              option,
              rest.get(0),
              rest.size() == 1
                  ? ""
                  : String.format(Locale.ROOT, " and %,d more", rest.size() - 1)));
    }
    return CheckpointOrder.given(List.copyOf(given), option);
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
