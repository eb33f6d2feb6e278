package curtain.engine;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds oneDNN to AVX2 on machines whose system does not tell the sizes of the processor's caches:
 * some virtual machines hide them. oneDNN 3.7, which libtorch has, then plans 1 x 1 convolutions
 * for AVX-512 whose last channels are wrong (SqueezeNet's pullbacks by a seventh), or divides by
 * zero and ends the process (ResNet50). {@link ConvolutionCheck} finds out where this is not
 * enough.
 *
 * <p>oneDNN reads the limit from the environment when it computes first, so it is set in this
 * process's, before its engine starts. A limit that is set already stays.
 */
public final class InstructionLimit {
  static final String VARIABLE = "ONEDNN_MAX_CPU_ISA";
  private static final String OLD_VARIABLE = "DNNL_MAX_CPU_ISA";
  private static final String LIMIT = "AVX2";
  private static final Logger LOG = LoggerFactory.getLogger(InstructionLimit.class);

  /** Set once, at the first question. */
  private static final class Applied {
    private static final Map<String, String> VALUE = set();

    private static Map<String, String> set() {
      Map<String, String> environment = new TreeMap<>(System.getenv());
      if (environment.containsKey(VARIABLE)
          || environment.containsKey(OLD_VARIABLE)
          || !isNeeded(Path.of("/"))) {
        return environment;
      }
      try {
        NativeLibrary.getInstance("c")
            .getFunction("setenv")
            .invokeInt(new Object[] {VARIABLE, LIMIT, 0});
      } catch (UnsatisfiedLinkError e) {
        return environment; // not Linux
      }
      LOG.warn(
          "this system does not tell the sizes of the processor's caches, without which oneDNN's"
              + " convolutions by AVX-512 are wrong: it is held to {}, and slower"
              + " ({} decides otherwise)",
          LIMIT,
          VARIABLE);
      environment.put(VARIABLE, LIMIT);
      return environment;
    }
  }

  private InstructionLimit() {}

  /** Sets the limit where it is needed; to be called before the engine's first use. */
  public static void apply() {
    environment();
  }

  /** The environment that the engine sees: this process's, and the limit. */
  static Map<String, String> environment() {
    return Applied.VALUE;
  }

  /**
   * Whether the processor has AVX-512, and the system knows the processor but not its caches.
   *
   * @param root of the file system
   */
  static boolean isNeeded(Path root) {
    Path processor = root.resolve("sys/devices/system/cpu/cpu0");
    if (!Files.exists(processor) || Files.exists(processor.resolve("cache/index0"))) {
      return false;
    }
    try {
      Set<String> flags = Machine.flags(Files.readString(root.resolve("proc/cpuinfo")));
      return flags.contains("avx512f");
    } catch (IOException e) {
      return false; // without /proc nothing is known
    }
  }
}
