package curtain.jobs;

import curtain.images.ClassList;
import curtain.images.ImageRef;

/** Labels as targets. */
final class Labels {
  private Labels() {}

  /** Why an image's label cannot be its target, or null where it can. */
  static String problem(ImageRef ref, Integer label, ClassList classes) {
    if (label == null) {
      return "no label for --targets label: "
          + (ref.directory() == null
              ? "it lies in no directory"
              : "its directory " + ref.directory() + " is not in the class list");
    }
    if (label < 0 || label >= classes.size()) {
      return "label " + label + " is not within the network's 0.." + (classes.size() - 1);
    }
    return null;
  }
}
