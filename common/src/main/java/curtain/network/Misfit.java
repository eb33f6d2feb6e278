package curtain.network;

import curtain.weights.Checkpoint;
import curtain.weights.StoredTensor;
import curtain.weights.TensorDict;
import curtain.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Says what is wrong with a file whose weights are not a network's: what is missing, misshaped and
 * left over, and whose weights they are.
 *
 * @param architecture name of the network's architecture
 * @param wanted what it asks for
 * @param others what the other architectures ask for, by name
 * @param file the weights file
 * @param prefix the prefix that the user names, if one
 */
record Misfit(
    String architecture,
    Wanted wanted,
    Map<String, Supplier<Wanted>> others,
    Checkpoint file,
    Optional<String> prefix) {
  /** The most entries whose network is looked for where they are not those of the one asked for. */
  private static final int MOST_IDENTIFIED = 20_000;

  /**
   * What is wrong.
   *
   * @param best the fit that comes nearest, if any name fits
   * @param places the dicts of the file
   */
  WeightsException of(Optional<Fit> best, List<Fit.Names> places) {
    List<String> problems = new ArrayList<>();
    if (best.isPresent()) {
      report(problems, "missing", best.get().missing());
      report(problems, "misshaped", best.get().misshaped());
      List<String> unexpected = new ArrayList<>(best.get().surplus());
      unexpected.addAll(best.get().behind());
      report(problems, "unexpected", unexpected);
    } else {
      report(problems, "missing", List.copyOf(wanted.names()));
      report(problems, "unexpected", tensors(usual(places)));
    }
    String module =
        file.module()
            .map(name -> "; it holds a whole module of class '" + EntryNames.cut(name) + "'")
            .orElse("");
    return new WeightsException(
        file.file(),
        "the weights are not those of "
            + architecture
            + best.map(fit -> EntryNames.place(fit, " ")).orElse("")
            + ": "
            + String.join("; ", problems)
            + identified(places)
                .or(() -> file.shard().map(text -> "; " + text))
                .or(() -> best.flatMap(this::head))
                .orElse(module));
  }

  private static TensorDict usual(List<Fit.Names> places) {
    List<TensorDict> dicts = places.stream().map(Fit.Names::dict).toList();
    return StateDictChoice.USUAL.stream()
        .flatMap(key -> dicts.stream().filter(dict -> dict.key().equals(key)))
        .findFirst()
        .orElse(dicts.get(0));
  }

  private static List<String> tensors(TensorDict dict) {
    return dict.entries().entrySet().stream()
        .filter(entry -> entry.getValue().shape().isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The architecture of the list whose weights these are, if there is one. */
  private Optional<String> identified(List<Fit.Names> places) {
    if (places.stream().mapToInt(names -> names.dict().entries().size()).sum() > MOST_IDENTIFIED) {
      return Optional.empty();
    }
    for (Map.Entry<String, Supplier<Wanted>> other : others.entrySet()) {
      String name = other.getKey();
      Wanted its = other.getValue().get();
      for (Fit.Names names : places) {
        Optional<Fit> fit =
            names.dict().entries().size() < its.names().size()
                ? Optional.empty()
                : Fit.of(names, its, prefix).stream().filter(Fit::whole).findFirst();
        if (fit.isPresent()) {
          int classes = fit.get().classes();
          return Optional.of(
              "; these are the weights of "
                  + name
                  + (classes == its.standardClasses() ? "" : " with " + classes + " outputs"));
        }
      }
    }
    return Optional.empty();
  }

  /** Says so where the last layer alone differs, as one that was replaced does. */
  private Optional<String> head(Fit fit) {
    boolean only =
        fit.missing().stream().allMatch(wanted::isHead)
            && fit.misshaped().stream().allMatch(wanted::isHead)
            && fit.matches() > 0;
    if (!only) {
      return Optional.empty();
    }
    if (fit.missing().isEmpty() && fit.misshaped().isEmpty()) {
      return Optional.of("; all of " + architecture + " is there, and layers beside it");
    }
    List<String> instead = new ArrayList<>(fit.surplus());
    instead.addAll(fit.behind());
    return Optional.of(
        "; only the head differs: "
            + architecture
            + " ends in "
            + wanted.head()
            + " "
            + wanted.shape(wanted.head(), fit.classes())
            + (instead.isEmpty()
                ? ""
                : ", this network in "
                    + instead.stream()
                        .limit(EntryNames.EXAMPLES)
                        .map(
                            key -> EntryNames.cut(key) + " " + shape(fit.dict().entries().get(key)))
                        .collect(Collectors.joining(", "))));
  }

  private static String shape(StoredTensor tensor) {
    return tensor.shape().map(String::valueOf).orElse("");
  }

  private static void report(List<String> problems, String what, List<String> entries) {
    if (!entries.isEmpty()) {
      problems.add(entries.size() + " " + what + " (" + EntryNames.examples(entries) + ")");
    }
  }
}
