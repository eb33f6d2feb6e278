package curtain.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
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

  private NativeHeap() {}

  private static Optional<Function> find() {
    try {
      return Optional.of(NativeLibrary.getInstance("c").getFunction("malloc_trim"));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty(); // not glibc
    }
  }

  /** Returns all freed pages to the system. Does nothing where the C library is not glibc. */
  public static void trim() {
    MALLOC_TRIM.ifPresent(trim -> trim.invokeInt(new Object[] {0L}));
  }
}
