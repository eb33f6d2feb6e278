package curtain.images.source;

import curtain.OneLine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects a set's entries in order: gives ordinals, finds repeated ids, stops at the limit. Every
 * entry that a source has comes here, as an image, as an error, or as one that is left out and
 * counted; so none is lost (spec 9).
 */
public final class Listing {
  private final long limit;
  private final ImageRefs.Builder refs = new ImageRefs.Builder();
  private final IdSet ids = new IdSet();
  private final EnumMap<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
  private final List<String> notes = new ArrayList<>();

  /**
   * An empty listing.
   *
   * @param limit number of entries, at least 1, beyond which none is added
   */
  public Listing(long limit) {
    this.limit = limit;
  }

  /** Number of entries beyond which none is added. */
  public long limit() {
    return limit;
  }

  /** Whether the limit is reached, so that nothing more needs to be looked at. */
  public boolean full() {
    return refs.size() >= limit;
  }

  /** Whether an entry has this path, which is text. */
  public boolean has(String path) {
    return ids.contains(FileNames.id(path));
  }

  /**
   * Adds the next entry by its path, which is text, see {@link FileNames#id(String)}; otherwise as
   * {@link #addId}.
   */
  public void add(String path, Label label, String file, long position, long length, String error) {
    addId(FileNames.id(path), label, file, position, length, error);
  }

  /**
   * Adds the next entry, unless the limit is reached. An entry whose id an earlier one has is
   * listed as an error.
   */
  public void addId(String id, Label label, String file, long position, long length, String error) {
    if (!full()) {
      String repeated = ids.add(id) ? null : "repeated id: an earlier image has the same path";
      refs.add(
          new ImageRef(
              refs.size(),
              id,
              directory(id, label),
              label.index(),
              label.told(),
              file,
              position,
              length,
              error == null ? repeated : error));
    }
  }

  /** Name of an image's class, see {@link ImageRef#directory}. */
  public static String directory(String id, Label label) {
    return label.told() && label.index() == null ? label.name() : FileNames.directory(id);
  }

  /** Counts an entry that is left out. */
  public void leaveOut(LeftOut reason) {
    leaveOut(reason, 1);
  }

  /** Counts entries that are left out. */
  public void leaveOut(LeftOut reason, long entries) {
    leftOut.merge(reason, entries, Long::sum);
  }

  /** Adds what a user should know of the set, a line. */
  public void note(String line) {
    notes.add(OneLine.of(line));
  }

  /** What a user should know of the set, in lines; a copy. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** The entries in the order in which they were added. Nothing is added afterwards. */
  public List<ImageRef> refs() {
    return refs.build();
  }

  /** The numbers of entries that were left out; a copy. */
  public Map<LeftOut, Long> leftOut() {
    return new EnumMap<>(leftOut);
  }
}
