package curtain.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of instructions for an image, as far as {@code deploy/} uses them: those of a line each.
 *
 * @param stages in their order
 */
record Dockerfile(List<Stage> stages) {
  private static final Set<String> KNOWN =
      Set.of("ARG", "FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "ENTRYPOINT", "CMD", "VOLUME");

  /**
   * A stage.
   *
   * @param name behind AS
   * @param from image or stage that it begins with
   * @param instructions the others, words each
   */
  record Stage(String name, String from, List<List<String>> instructions) {
    /** The instructions of a kind, without its name. */
    List<List<String>> of(String kind) {
      return instructions.stream()
          .filter(words -> words.get(0).equals(kind))
          .map(words -> words.subList(1, words.size()))
          .toList();
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException naming a line that is no instruction, or in no stage
   */
  static Dockerfile read(Path file) throws IOException {
    List<Stage> stages = new ArrayList<>();
    for (String line : Files.readString(file).replace("\\\n", " ").lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> words = Arrays.asList(line.strip().split("\\s+", -1));
      if (!KNOWN.contains(words.get(0))) {
        throw new IllegalArgumentException("no instruction: " + line);
      }
      if (words.get(0).equals("FROM")) {
        if (words.size() != 4 || !words.get(2).equals("AS")) {
          throw new IllegalArgumentException("a stage without a name: " + line);
        }
        stages.add(new Stage(words.get(3), words.get(1), new ArrayList<>()));
      } else if (!stages.isEmpty()) {
        stages.get(stages.size() - 1).instructions().add(words);
      } else if (!words.get(0).equals("ARG")) {
        throw new IllegalArgumentException("before the first FROM: " + line);
      }
    }
    return new Dockerfile(stages);
  }

  /** The stage of a name. */
  Stage stage(String name) {
    return stages.stream().filter(stage -> stage.name().equals(name)).findFirst().orElseThrow();
  }

  /** The stage of a name, and before it those that it begins with. */
  List<Stage> line(String name) {
    List<Stage> line = new ArrayList<>();
    for (String next = name; next != null; ) {
      Stage stage = stage(next);
      line.add(0, stage);
      boolean ours = stages.stream().anyMatch(each -> each.name().equals(stage.from()));
      next = ours ? stage.from() : null;
    }
    return line;
  }

  /** The environment of a stage: its own, and that of those which it begins with. */
  Map<String, String> environment(String name) {
    Map<String, String> environment = new HashMap<>();
    for (Stage stage : line(name)) {
      for (List<String> words : stage.of("ENV")) {
        for (String word : words) {
          String[] parts = word.split("=", 2);
          environment.put(parts[0], parts[1]);
        }
      }
    }
    return environment;
  }
}
