package curtain.jobs.ascend;

import curtain.jobs.command.GoalArguments;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of the targets each walk leads to, for all images alike: the class of rank 2, say, whatever
 * class that is, where targets are an image's largest logits; else the class or the neuron itself.
 */
final class AscentPanels {
  private static final String TOP = "top:";
  private static final String RANK = "rank ";

  private final String targets;
  private final ClassNames names;
  private final List<Integer> seen = new ArrayList<>();
  private String image;

  private AscentPanels(String targets, ClassNames names) {
    this.targets = targets;
    this.names = names;
  }

  /** Of what {@code curtain ascend} wrote. */
  static AscentPanels of(FinishedOutput input, ClassNames names) throws RunException {
    boolean neurons = input.provenance().settings().containsKey(GoalArguments.NEURON);
    return new AscentPanels(neurons ? "" : input.setting("targets"), names);
  }

  /** What a name that {@link #of(WalkPoint)} gave means, where it does not say so itself. */
  static String explanation(String panel) {
    return panel.startsWith(RANK)
        ? "; rank 1 is the class of the image's largest logit, whatever class that is"
        : "";
  }

  /** A row's, for people; an image's rows are to come together and in order, without a gap. */
  String of(WalkPoint row) {
    if (!row.imageId().equals(image)) {
      image = row.imageId();
      seen.clear();
    }
    if (row.target() == null) {
      return row.neuron();
    }
    if (!seen.contains(row.target())) {
      seen.add(row.target());
    }
    if (targets.startsWith(TOP)) {
      return RANK + (seen.indexOf(row.target()) + 1);
    }
    // predicted, label: one target of each image
    return targets.matches("[a-z]+") ? targets : names.title(row.target());
  }
}
