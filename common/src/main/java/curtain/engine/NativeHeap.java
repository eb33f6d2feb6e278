package curtain.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The memory that native code takes with malloc, which tensors live in.
 *
 * <p>The C library is told to keep what is freed (conf/native.env), since faulting it in anew for
 * every batch is slow. But small blocks that live long come to lie between the large ones, and then
 * these find no room in what was freed: the process grew by a half over two thousand images.
 */
public final class NativeHeap {
  private static final Optional<Function> MALLOC_TRIM = find();
  private static final Path SIZES = Path.of("/proc/self/statm");
  private static final Growth GROWTH = new Growth();

  private NativeHeap() {}

  private static Optional<Function> find() {
    try {
      return Optional.of(NativeLibrary.getInstance("c").getFunction("malloc_trim"));
    } catch (LinkageError e) {
      return Optional.empty(); // not glibc, or no room for JNA's library
    }
  }

  /** Returns all freed pages to the system. Does nothing where the C library is not glibc. */
  public static void trim() {
    MALLOC_TRIM.ifPresent(trim -> trim.invokeInt(new Object[] {0L}));
  }

  /**
   * Returns freed pages to the system if the process has grown since it last did. For calling
   * between two batches: what is returned is faulted in again by the next one.
   */
  public static void trimIfGrown() {
    if (MALLOC_TRIM.isPresent() && hasGrown()) {
      trim();
    }
  }

  private static boolean hasGrown() {
    synchronized (GROWTH) {
      return GROWTH.grown(residentPages());
    }
  }

  private static long residentPages() {
    try {
      return Long.parseLong(Files.readString(SIZES).split(" ", 3)[1]);
    } catch (IOException e) {
      return 0; // without a mounted /proc it never grows
    }
  }
}
