package curtain.jobs.show;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.List;

/** How the output of one command becomes a part of the page. */
public interface ReportSection {
  /** The command whose output it is. */
  String command();

  /** Whether it has pictures of single images, which share the page's room. */
  default boolean hasPictures() {
    return false;
  }

  /**
   * Writes members of the object that the page's script draws.
   *
   * @return what could not be shown, and why: a sentence each, see {@link NotShown}
   * @throws RunException when the output cannot be shown
   * @throws IOException when storage fails or the output is damaged
   */
  List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException, RunException;
}
