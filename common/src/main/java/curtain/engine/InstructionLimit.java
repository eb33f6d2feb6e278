package curtain.engine;

import com.sun.jna.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds oneDNN to AVX on virtual machines that hide the caches of an AMD processor. oneDNN 3.7,
 * which libtorch has, reads their sizes (CPUID, leaf 0x8000001D) without asking whether there are
 * any, and takes hidden ones for caches of a byte. By these it plans its newer kernels, for AVX2
 * and AVX-512: the last channels of 1 x 1 convolutions are then wrong (SqueezeNet's pullbacks by a
 * seventh), or it divides by zero and ends the process (ResNet50). The kernels for AVX do not ask.
 * {@link ConvolutionCheck} finds out where this is not enough.
 *
 * <p>oneDNN reads the limit from the environment when it computes first, so it is set in this
 * process's, before its engine starts. A limit that is set already stays.
 */
public final class InstructionLimit {
  static final String VARIABLE = "ONEDNN_MAX_CPU_ISA";
  private static final String OLD_VARIABLE = "DNNL_MAX_CPU_ISA";
  private static final String LIMIT = "AVX";
  private static final Logger LOG = LoggerFactory.getLogger(InstructionLimit.class);

  /** The environment with the limit, which is set once, at the first question. */
  private static final class Applied {
    private static final Map<String, String> VALUE = set();

    private static Map<String, String> set() {
      Map<String, String> environment = new TreeMap<>(System.getenv());
      if (!environment.getOrDefault(VARIABLE, "").isEmpty()
          || !environment.getOrDefault(OLD_VARIABLE, "").isEmpty()
          || !isNeeded(Path.of("/"))) {
        return environment;
      }
      try {
        NativeLibrary.getInstance("c")
            .getFunction("setenv")
            .invokeInt(new Object[] {VARIABLE, LIMIT, 1});
      } catch (LinkageError e) { // no room for JNA's library, say
        LOG.warn(
            "{}={} could not be set, which this machine needs: set it in the environment ({})",
            VARIABLE,
            LIMIT,
            e.toString());
        return environment;
      }
      LOG.warn(
          "this virtual machine hides the caches of its AMD processor, and oneDNN's kernels beyond AVX"
              + " are wrong without: it is held to {}, and slower ({} decides otherwise)",
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
   * Whether the processor is AMD's, has AVX2, and Linux, which reads the same leaf, knows no cache.
   *
   * @param root of the file system
   */
  static boolean isNeeded(Path root) {
    Path processor = root.resolve("sys/devices/system/cpu/cpu0");
    if (!Files.exists(processor) || Files.exists(processor.resolve("cache/index0"))) {
      return false;
    }
    String cpuinfo = CpuInfo.read(root);
    return CpuInfo.first(cpuinfo, "vendor_id").filter("AuthenticAMD"::equals).isPresent()
        && CpuInfo.flags(cpuinfo).contains("avx2");
  }
}
