package curtain.engine;

import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subnormal numbers, below 1.2e-38 in float32, taken for zero while the engine computes: products
 * of many gates and weights are subnormal, and on many processors an instruction that meets one
 * takes a hundred times as long.
 *
 * <p>A processor of x86-64 takes them for zero where two bits of its register MXCSR say so, which
 * every thread has for itself, and a new thread from the one that starts it. They are set by the C
 * library's {@code fesetenv}, which the engine's OpenMP runs in the calling thread and in all that
 * compute for it, and set back in the same way: neither Java nor what else uses the engine computes
 * with them. Where the engine has another OpenMP, only the threads that it starts during a call
 * have them. On other processors, and other systems than Linux, nothing is set.
 */
final class Subnormals {
  private static final Logger LOG = LoggerFactory.getLogger(Subnormals.class);

  /** A library that is loaded already, and no other: the engine's. */
  private static final String ENGINE = "libtorch_cpu.so";

  private static final int RTLD_LAZY = 1;
  private static final int RTLD_NOLOAD = 4;

  /** Size of {@code fenv_t} in the C library of Linux on x86-64, bytes; MXCSR is its last four. */
  private static final long SIZE = 32;

  private static final long MXCSR = 28;

  /** Bits of MXCSR: subnormal results become zero, subnormal operands count as zero. */
  private static final int FLUSH = 1 << 15 | 1 << 6;

  /**
   * Functions of the libraries that the engine is linked with.
   *
   * @param read {@code int fegetenv(fenv_t*)}
   * @param set {@code int fesetenv(fenv_t*)}
   * @param parallel {@code void GOMP_parallel(void (*)(void*), void*, unsigned threads, unsigned)}
   */
  private record Environment(Function read, Function set, Optional<Function> parallel) {
    /** Found once, when the engine is loaded. */
    private static final Optional<Environment> FOUND = find();

    private static Optional<Environment> find() {
      if (!Platform.isLinux() || !Platform.isIntel() || !Platform.is64Bit()) {
        return Optional.empty();
      }
      try {
        NativeLibrary process = NativeLibrary.getProcess();
        Pointer engine =
            process
                .getFunction("dlopen")
                .invokePointer(new Object[] {ENGINE, RTLD_LAZY | RTLD_NOLOAD});
        Function symbol = process.getFunction("dlsym");
        Optional<Function> read = function(symbol, engine, "fegetenv");
        Optional<Function> set = function(symbol, engine, "fesetenv");
        if (read.isPresent() && set.isPresent()) {
          return Optional.of(
              new Environment(read.get(), set.get(), function(symbol, engine, "GOMP_parallel")));
        }
        LOG.warn("trained networks may run slower: {} is not loaded, or without libm", ENGINE);
      } catch (LinkageError e) { // no room for JNA's library, say
        LOG.warn(
            "trained networks may run slower: subnormal numbers are not zero ({})", e.toString());
      }
      return Optional.empty();
    }

    /** A function of a library, or of those that it is linked with. */
    private static Optional<Function> function(Function symbol, Pointer library, String name) {
      if (library == null) {
        return Optional.empty();
      }
      return Optional.ofNullable(symbol.invokePointer(new Object[] {library, name}))
          .map(Function::getFunction);
    }

    /** Sets a floating-point environment in this thread and in those that compute for it. */
    void set(Pointer environment) {
      int threads = JniUtils.getNumThreads();
      if (threads > 1 && parallel.isPresent()) {
        parallel.get().invokeVoid(new Object[] {set, environment, threads, 0});
      } else {
        set.invokeInt(new Object[] {environment});
      }
    }
  }

  private Subnormals() {}

  /**
   * Calls the engine, which is loaded, with subnormal numbers as zeros, in this thread and those
   * that compute for it.
   *
   * @return what the call returns
   */
  static <T> T asZero(Supplier<T> call) {
    if (Environment.FOUND.isEmpty()) {
      return call.get();
    }
    Environment environment = Environment.FOUND.get();
    // not closed, but freed with the objects: the JNA of an older Hadoop knows no close
    Memory before = new Memory(SIZE);
    Memory flushing = new Memory(SIZE);
    environment.read().invokeInt(new Object[] {before});
    flushing.write(0, before.getByteArray(0, (int) SIZE), 0, (int) SIZE);
    flushing.setInt(MXCSR, before.getInt(MXCSR) | FLUSH);
    environment.set(flushing);
    try {
      return call.get();
    } finally {
      environment.set(before);
      Reference.reachabilityFence(flushing);
    }
  }
}
