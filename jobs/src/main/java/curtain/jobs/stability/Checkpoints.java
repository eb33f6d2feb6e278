package curtain.jobs.stability;

import curtain.Nearest;
import curtain.images.source.SourceFiles;
import curtain.images.source.TextFiles;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
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

  /** What training code writes beside weights. */
  private static final Pattern COMPANION =
      Pattern.compile(
          "(?:optim(?:izer)?s?|(?:lr_?)?scheduler|scaler|sampler|dl_state_dict|rng_state"
              + "|random_states?|training_args|custom_checkpoint)(?:[-_.0-9].*)?"
              + "|.*_optim_states?\\.[^.]*"
              + "|.*\\.(?:json|jsonl|txt|md|ya?ml|py|log|csv|tsv|html|lock)",
          Pattern.CASE_INSENSITIVE);

  /** The folders of checkpoints beside the files of the whole run, as Hugging Face has them. */
  private static final Pattern CHECKPOINT =
      Pattern.compile("checkpoint[-_].+", Pattern.CASE_INSENSITIVE);

  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(?:pth|pt|ckpt|bin|safetensors|tar|t7|pkl|pickle|model|weights|params|zip)",
          Pattern.CASE_INSENSITIVE);

  private Checkpoints() {}

  /**
   * The files of one run.
   *
   * @param files files by relative path
   * @param folders number of folders that are not looked into
   * @param beside number of files beside them that are left out
   * @param broken number of links to nothing
   */
  record Found(Map<String, Path> files, int folders, int beside, int broken) {
    /** The relative paths, in no order. */
    List<String> names() {
      return List.copyOf(files.keySet());
    }

    /** What is left out, the rest of a line; empty where nothing is. */
    String left() {
      List<String> parts = new ArrayList<>();
      if (folders > 0) {
        parts.add(counted(folders, "folder") + " (a glob, DIR/*/FILE, takes them)");
      }
      if (beside > 0) {
        parts.add(counted(beside, "file") + " beside them");
      }
      if (broken > 0) {
        parts.add(counted(broken, "link") + " to nothing");
      }
      return parts.isEmpty() ? "" : "; left out: " + String.join(", ", parts);
    }

    private static String counted(int count, String what) {
      return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }
  }

  /**
   * The files of {@code --checkpoints}, by their paths relative to the innermost folder that holds
   * all of them. Where there are folders {@code checkpoint-*} with weights files in them, these are
   * the checkpoints. Else the files are, whatever their names, but for those that training code
   * writes beside weights; and where none of them may have weights, the weights files in all
   * folders, at any depth.
   *
   * @param given a directory or a glob. Names that begin with {@code .} or {@code _} are left out
   * @throws IOException when there is none
   */
  static Found find(String given, Configuration conf) throws IOException {
    Path path = SourceFiles.qualified(given, conf);
    FileSystem fs = path.getFileSystem(conf);
    CheckpointFolders inner = new CheckpointFolders(fs, Checkpoints::mayBeWeights);
    List<FileStatus> shown;
    if (fs.exists(path) && fs.getFileStatus(path).isDirectory()) {
      shown = inner.list(path);
    } else {
      FileStatus[] found =
          SourceFiles.isLocal(fs) ? LocalGlob.expand(fs, path) : fs.globStatus(path);
      shown = CheckpointFolders.shown(found == null ? new FileStatus[0] : found);
    }
    List<Path> files = shown.stream().filter(FileStatus::isFile).map(FileStatus::getPath).toList();
    List<Path> folders =
        shown.stream().filter(FileStatus::isDirectory).map(FileStatus::getPath).toList();
    List<Path> named =
        folders.stream().filter(each -> CHECKPOINT.matcher(each.getName()).matches()).toList();
    List<Path> chosen = new ArrayList<>();
    for (Path folder : named) {
      chosen.addAll(inner.weights(folder, false));
    }
    int left = folders.size() - named.size();
    if (chosen.isEmpty() && files.stream().noneMatch(each -> mayBeWeights(each.getName()))) {
      for (Path folder : folders) {
        chosen.addAll(inner.weights(folder, true));
      }
      left = 0;
    }
    int beside = files.size();
    if (chosen.isEmpty()) {
      files.stream()
          .filter(each -> !COMPANION.matcher(each.getName()).matches())
          .forEach(chosen::add);
      if (chosen.isEmpty()) {
        chosen.addAll(files); // the reader says what they are
      }
      left = folders.size();
      beside = files.size() - chosen.size();
    }
    if (chosen.isEmpty()) {
      throw new IOException(
          "--checkpoints " + given + " names no file; give a directory of weights files or a glob");
    }
    return new Found(relative(chosen), left, beside, inner.broken());
  }

  private static boolean mayBeWeights(String name) {
    return WEIGHTS.matcher(name).matches() && !COMPANION.matcher(name).matches();
  }

  private static Map<String, Path> relative(List<Path> files) {
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
    return Collections.unmodifiableMap(named);
  }

  private static boolean isWithin(Path file, Path folder) {
    for (Path parent = file.getParent(); parent != null; parent = parent.getParent()) {
      if (parent.equals(folder)) {
        return true;
      }
    }
    return false;
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
    List<String> lines;
    try (InputStream in = SourceFiles.open(SourceFiles.path(list), conf);
        BufferedReader text =
            TextFiles.reader(new ByteArrayInputStream(in.readNBytes(LARGEST_LIST)))) {
      lines = text.lines().toList();
    }
    String option = "--checkpoint-order " + list;
    Set<String> given = new LinkedHashSet<>();
    for (String line : lines) {
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
