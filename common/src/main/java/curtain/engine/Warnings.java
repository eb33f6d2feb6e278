package curtain.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a user should know of how this process computes, each text once: it goes to the log at once,
 * and to the user's screen by whoever asks for it, from an executor through the driver.
 */
public final class Warnings {
  private static final Logger LOG = LoggerFactory.getLogger(Warnings.class);
  private static final Set<String> SAID = new LinkedHashSet<>();
  private static final List<String> WAITING = new ArrayList<>();

  private Warnings() {}

  /**
   * Adds a warning, unless it was added before.
   *
   * @param text what follows the name of the command, without names of hosts, which would make
   *     several of one
   */
  public static synchronized void add(String text) {
    if (SAID.add(text)) {
      LOG.warn("curtain {}", text);
      WAITING.add(text);
    }
  }

  /** The warnings that were added since the last call. */
  public static synchronized List<String> drain() {
    List<String> drained = List.copyOf(WAITING);
    WAITING.clear();
    return drained;
  }
}
