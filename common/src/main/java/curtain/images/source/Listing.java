package curtain.images.source;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects a set's entries in order: gives ordinals, finds repeated ids, stops at the limit. */
public final class Listing {
  private final long limit;
  private final List<ImageRef> refs = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  /**
   * An empty listing.
   *
   * @param limit number of entries, at least 1, beyond which none is added
   */
  public Listing(long limit) {
    this.limit = limit;
  }

  /** Whether the limit is reached, so that nothing more needs to be looked at. */
  public boolean full() {
    return refs.size() >= limit;
  }

  /** Whether an entry has this id. */
  public boolean has(String id) {
    return ids.contains(id);
  }

  /**
   * Adds the next entry, unless the limit is reached. An entry whose id an earlier one has is
   * listed as an error.
   */
  public void add(String id, Label label, String file, long position, long length, String error) {
    if (!full()) {
      String repeated = ids.add(id) ? null : "repeated id: an earlier image has the same path";
      refs.add(
          new ImageRef(
              refs.size(),
              id,
              label.name() == null ? directoryOf(id) : label.name(),
              label.index(),
              file,
              position,
              length,
              error == null ? repeated : error));
    }
  }

  /** The entries in the order in which they were added; a copy. */
  public List<ImageRef> refs() {
    return List.copyOf(refs);
  }

  /** Name of the immediate directory of an id, null where it has none. */
  public static String directoryOf(String id) {
    int end = id.lastIndexOf('/');
    return end <= 0 ? null : id.substring(id.lastIndexOf('/', end - 1) + 1, end);
  }

  /**
   * Whether a file or directory of this name is left out: it begins with a dot or an underscore.
   */
  public static boolean hidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }
}
