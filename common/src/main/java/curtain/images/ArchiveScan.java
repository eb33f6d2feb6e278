package curtain.images;

import curtain.images.source.ArchiveIndex;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Reads what many archives hold, several of them at once. */
@FunctionalInterface
public interface ArchiveScan {
  /** Takes what the archives hold, in their order, whichever was read first. */
  @FunctionalInterface
  interface Taker {
    /** Takes what an archive holds, and returns whether the next one is wanted. */
    boolean take(Archive archive, ArchiveIndex index);
  }

  /**
   * Reads the archives until the taker wants no more.
   *
   * @throws IOException of one line, where one cannot be listed
   */
  void scan(List<Archive> archives, Configuration conf, Taker taker) throws IOException;
}
