package curtain.jobs.check;

import curtain.images.ClassList;
import curtain.images.source.ImageRef;
import curtain.jobs.stability.CheckpointOrder;
import curtain.network.Network;
import curtain.pullback.ImagePullbacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the network says of the images that were read, and what commands would cost.
 *
 * @param trial the network, tried; empty where there is none
 * @param images the images; empty where there are none
 */
record TrialReport(Optional<Trial> trial, Optional<ImageReport> images) {
  /** The number of images that times are of where none are given. */
  private static final long WITHOUT_IMAGES = 1000;

  /**
   * Says, two images on a line, each image's name, the class of its largest logit and the
   * probability of that, where there are a network and images.
   *
   * @param classes classes of the network, which labels are read by
   */
  void sayAnswers(ClassList classes, Screen screen) {
    if (trial.isEmpty() || images.isEmpty() || trial.get().answers().isEmpty()) {
      return;
    }
    List<ImagePullbacks> answers = trial.get().answers();
    int labelled = 0;
    int right = 0;
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      ImageRef ref = images.get().sample().usable().get(i).ref();
      ImagePullbacks answer = answers.get(i);
      int top = answer.targets()[0];
      Integer label = classes.label(ref);
      boolean hit = label != null && label == top;
      labelled += label == null ? 0 : 1;
      right += hit ? 1 : 0;
      cells.add(
          answer.isFinite()
              ? String.format(
                  Locale.ROOT,
                  "%-22s %s %-12s %.2f",
                  shortName(ref),
                  hit ? "=" : " ",
                  Screen.cut(classes.name(top), 12),
                  answer.probability(top))
              : String.format(Locale.ROOT, "%-22s   not finite", shortName(ref)));
    }
    screen.say(
        "top-1",
        "%s",
        labelled == 0
            ? "largest logit and its probability; no image has a label"
            : String.format(
                Locale.ROOT,
                "largest logit and its probability; it is the label (=) of %,d of %,d",
                right,
                labelled));
    for (int i = 0; i < cells.size(); i += 2) {
      screen.more("%-42s  %s", cells.get(i), i + 1 < cells.size() ? cells.get(i + 1) : "");
    }
    if (answers.stream().noneMatch(ImagePullbacks::isFinite)) {
      screen.problem(
          "no logit, pullback or gradient of the images that were read is finite: are these"
              + " weights of before the training diverged, and --mean and --std right?");
    }
  }

  /** The end of a name without its extension. */
  private static String shortName(ImageRef ref) {
    String name = ref.imageId();
    int dot = name.lastIndexOf('.');
    return Screen.end(dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name, 22);
  }

  /**
   * Says how long commands would take, and how large their outputs would be.
   *
   * @param network the network; empty where there is none
   * @param side side of the images as networks get them; not above 0 where it is any
   * @param order checkpoints for {@code stability}; empty where there are none
   * @param cores threads that are used
   */
  void sayCosts(
      Optional<Network> network,
      int side,
      Optional<CheckpointOrder> order,
      int cores,
      Screen screen) {
    long count = images.map(of -> (long) of.refs().size()).orElse(WITHOUT_IMAGES);
    double decode = images.map(of -> of.sample().seconds()).orElse(0.0);
    Costs costs = new Costs(count, side, decode, cores);
    List<Costs.Estimate> estimates = new ArrayList<>();
    if (images.isPresent() && side > 0) {
      estimates.add(costs.ingest());
    }
    trial.ifPresent(
        of ->
            estimates.addAll(
                costs.all(
                    of,
                    network.get().nodes().get(network.get().penultimate()).channels(),
                    order.map(each -> each.names().size()).orElse(0))));
    if (estimates.isEmpty()) {
      return;
    }
    screen.say(
        "estimate",
        "for %,d images and default options, from %s with %d threads on this machine;",
        count,
        trial
            .map(of -> String.format(Locale.ROOT, "batches of %d", of.batch()))
            .orElse("what was read"),
        cores);
    screen.more("the start of Spark, some seconds, comes on top");
    for (Costs.Estimate each : estimates) {
      screen.more("%-26s %14s  %10s", each.command(), each.time(), Screen.bytes(each.bytes()));
    }
  }
}
