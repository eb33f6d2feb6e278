package curtain.engine;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The programs that this JVM has loaded, one per program and device: loading takes seconds and
 * hundreds of megabytes, and every task of an executor wants the same one. They live as long as the
 * process: whoever still computes at its end must not lose them.
 */
public final class ProgramCache {
  private record Key(String id, Device device) {}

  private static final Map<Key, LoadedProgram> LOADED = new HashMap<>();

  private ProgramCache() {}

  /**
   * The program of this id, loaded from the archive on first use. Not to be closed by the caller.
   *
   * @param id SHA-256 of the archive
   * @throws IOException if it cannot be loaded
   */
  public static synchronized LoadedProgram get(String id, Path archive, Device device)
      throws IOException {
    Key key = new Key(id, device);
    LoadedProgram program = LOADED.get(key);
    if (program == null) {
      program = LoadedProgram.load(archive, device);
      LOADED.put(key, program);
    }
    return program;
  }

  /** Number of programs in memory. */
  public static synchronized int size() {
    return LOADED.size();
  }
}
