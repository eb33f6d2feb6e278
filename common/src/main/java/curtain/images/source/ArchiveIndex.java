package curtain.images.source;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What an archive holds.
 *
 * @param images its images, in the order of a tree; ids are paths within the archive
 * @param tars the tars within it that are to be listed by themselves; ids are paths, too
 * @param leftOut numbers of the entries that are left out
 */
public record ArchiveIndex(
    List<Samples.Image> images, List<Member> tars, Map<LeftOut, Long> leftOut)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Keeps copies. */
  public ArchiveIndex {
    images = List.copyOf(images);
    tars = List.copyOf(tars);
    leftOut = Map.copyOf(leftOut);
  }
}
