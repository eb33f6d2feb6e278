package curtain.network;

import curtain.weights.Checkpoint;
import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.TensorDict;
import curtain.weights.WeightsException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Takes a network's state dict from a weights file: finds the dict and the prefix behind which
 * exactly the network's entries are, or says why there is none.
 */
final class WeightsReader {
  private static final Comparator<Fit> CLOSER =
      Comparator.<Fit>comparingInt(fit -> fit.keys().size())
          .thenComparingInt(Fit::matches)
          .thenComparingInt(fit -> -fit.surplus().size());

  private static final int MOST_COMPARED = 4;

  /** The most that is looked through: as many names as fifty thousand tensors have. */
  private static final long MOST_WORK = 1 << 22;

  private final String architecture;
  private final Wanted wanted;
  private final Map<String, Supplier<Wanted>> others;
  private final Checkpoint file;
  private final StateDictChoice choice;
  private final Consumer<String> notes;

  /**
   * Reads for an architecture.
   *
   * @param architecture its name
   * @param wanted what it asks for
   * @param others what the other architectures ask for, by name
   * @param notes receives what the user should know of how the file was read: clauses that follow
   *     its name
   */
  WeightsReader(
      String architecture,
      Wanted wanted,
      Map<String, Supplier<Wanted>> others,
      Checkpoint file,
      StateDictChoice choice,
      Consumer<String> notes) {
    this.architecture = architecture;
    this.wanted = wanted;
    this.others = others;
    this.file = file;
    this.choice = choice;
    this.notes = notes;
  }

  /** A state dict with the network's names, and where it was. */
  record Read(StateDict weights, Fit fit) {}

  /**
   * The network's entries, under its names.
   *
   * @throws WeightsException if they are not there, are there more than once, or cannot be read
   */
  Read read() throws WeightsException {
    List<TensorDict> dicts = choice.of(file.dicts());
    if (dicts.isEmpty()) {
      throw nothing();
    }
    List<Fit.Names> places = names(dicts);
    List<Fit> whole = new ArrayList<>();
    Optional<Fit> best = Optional.empty();
    for (Fit.Names names : places) {
      for (Fit fit : Fit.of(names, wanted, choice.dotted())) {
        if (fit.whole()) {
          whole.add(fit);
        }
        best = best.filter(other -> CLOSER.compare(fit, other) <= 0).or(() -> Optional.of(fit));
      }
    }
    if (whole.isEmpty()) {
      throw new Misfit(architecture, wanted, others, file, choice.dotted()).of(best, places);
    }
    Fit fit = choose(whole);
    refuseUnreadable(fit);
    if (!fit.leftOut().isEmpty()) {
      notes.accept(
          "left out, as no part of "
              + architecture
              + ": "
              + EntryNames.counted(fit.leftOut())
              + EntryNames.place(fit, "; the network's entries are "));
    }
    StateDict weights = file.read(fit.dict(), fit.keys());
    refuseNonFinite(fit, weights);
    refuseNegativeVariance(fit, weights);
    return new Read(weights, fit);
  }

  private List<Fit.Names> names(List<TensorDict> dicts) throws WeightsException {
    long work = 0;
    for (TensorDict dict : dicts) {
      work += Fit.Names.work(dict);
      if (work > MOST_WORK) {
        throw new WeightsException(
            file.file(),
            "has far more entries than a state dict, or longer names: save it alone,"
                + " torch.save(model.state_dict(), 'weights.pth')");
      }
    }
    return dicts.stream().map(Fit.Names::of).toList();
  }

  private Fit choose(List<Fit> whole) throws WeightsException {
    if (choice.key().isEmpty()) {
      for (String usual : StateDictChoice.USUAL) {
        List<Fit> there = whole.stream().filter(fit -> fit.dict().key().equals(usual)).toList();
        if (!there.isEmpty()) {
          Fit fit = single(there);
          whole.stream()
              .filter(other -> other.dict() != fit.dict())
              .findFirst()
              .ifPresent(
                  other ->
                      notes.accept(
                          "the state dict is taken from "
                              + where(usual)
                              + "; "
                              + where(other.dict().key())
                              + " is another: state-dict-key "
                              + StateDictChoice.option(other.dict().key())));
          return fit;
        }
      }
    }
    Fit fit = single(whole);
    if (choice.key().isEmpty()) {
      notes.accept("the state dict is taken from " + where(fit.dict().key()));
    }
    return fit;
  }

  /**
   * The first of several fits, if the others have the same values.
   *
   * @throws WeightsException if not, which lists them
   */
  private Fit single(List<Fit> fits) throws WeightsException {
    Fit first = fits.get(0);
    boolean same = fits.size() <= MOST_COMPARED;
    for (Fit other : fits.subList(1, fits.size())) {
      same = same && same(first, other);
    }
    if (same) {
      return first;
    }
    boolean oneDict = fits.stream().allMatch(fit -> fit.dict() == first.dict());
    throw new WeightsException(
        file.file(),
        "holds "
            + architecture
            + " "
            + fits.size()
            + " times, with other values: "
            + fits.stream()
                .limit(10)
                .map(
                    fit ->
                        oneDict
                            ? "state-dict-prefix '" + EntryNames.cut(fit.prefix()) + "'"
                            : "state-dict-key "
                                + EntryNames.cut(StateDictChoice.option(fit.dict().key()))
                                + (fit.prefix().isEmpty()
                                    ? ""
                                    : " with prefix '" + EntryNames.cut(fit.prefix()) + "'"))
                .collect(Collectors.joining(", or "))
            + " takes one");
  }

  private boolean same(Fit a, Fit b) throws WeightsException {
    for (String name : wanted.names()) {
      if (!file.same(a.dict(), a.keys().get(name), b.dict(), b.keys().get(name))) {
        return false;
      }
    }
    return true;
  }

  private void refuseUnreadable(Fit fit) throws WeightsException {
    for (Map.Entry<String, String> key : fit.keys().entrySet()) {
      Optional<String> problem = fit.dict().entries().get(key.getValue()).problem();
      if (problem.isPresent()) {
        throw new WeightsException(
            file.file(), "entry '" + EntryNames.cut(key.getValue()) + "' is " + problem.get());
      }
    }
  }

  private void refuseNonFinite(Fit fit, StateDict weights) throws WeightsException {
    for (Map.Entry<String, Tensor> entry : weights.tensors().entrySet()) {
      int count = 0;
      for (float value : entry.getValue().values()) {
        count += Float.isFinite(value) ? 0 : 1;
      }
      if (count > 0) {
        throw new WeightsException(
            file.file(),
            "entry '"
                + EntryNames.cut(fit.keys().get(entry.getKey()))
                + "' has "
                + count
                + " values that are NaN or infinite: take weights of before the training diverged");
      }
    }
  }

  /** Refuses variances of BatchNorm that have no root: all outputs would be NaN. */
  private void refuseNegativeVariance(Fit fit, StateDict weights) throws WeightsException {
    for (Map.Entry<String, Tensor> entry : weights.tensors().entrySet()) {
      if (!entry.getKey().endsWith(".running_var")) {
        continue;
      }
      int count = 0;
      float least = 0;
      for (float variance : entry.getValue().values()) {
        count += variance + GraphBuilder.EPSILON > 0 ? 0 : 1;
        least = Math.min(least, variance);
      }
      if (count > 0) {
        throw new WeightsException(
            file.file(),
            String.format(
                Locale.ROOT,
                "entry '%s' has %d of %d variances below 0 (the least is %s), with which every output"
                    + " is NaN in PyTorch, too: take weights whose variances were not changed",
                EntryNames.cut(fit.keys().get(entry.getKey())),
                count,
                entry.getValue().values().length,
                least));
      }
    }
  }

  private WeightsException nothing() {
    String keys =
        file.dicts().stream()
            .limit(10)
            .map(dict -> StateDictChoice.option(EntryNames.cut(dict.key())))
            .collect(Collectors.joining(", "));
    if (choice.key().isPresent() && !keys.isEmpty()) {
      return new WeightsException(
          file.file(),
          "has no tensors under state-dict-key " + choice.key().get() + ", but under " + keys);
    }
    return new WeightsException(
        file.file(),
        file.module()
            .map(
                module ->
                    "holds a whole module of class '"
                        + EntryNames.cut(module)
                        + "', which only its Python code can read: there,"
                        + " torch.save(model.state_dict(), 'weights.pth')")
            .orElse("holds no tensors: torch.save(model.state_dict(), 'weights.pth') saves them"));
  }

  private static String where(String key) {
    return key.isEmpty() ? "the top of the file" : "'" + EntryNames.cut(key) + "'";
  }
}
