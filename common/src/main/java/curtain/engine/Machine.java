package curtain.engine;

import ai.djl.Device;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the last digits of a network's results depend on besides network, options and images.
 * libtorch and its libraries choose kernels by the processor's instruction sets, and these sum in
 * different orders; how a result is cut among threads may do the same. A GPU has libraries of its
 * own.
 *
 * @param processor its name, or the architecture's where the system does not tell
 * @param instructions sets that kernels are chosen by, in the names of Linux, the oldest first;
 *     empty where the system does not tell
 * @param limits variables of the environment that forbid some of them, by name
 * @param threads of the engine in a task
 * @param torch version of libtorch
 * @param integerProducts how integers are multiplied, null where none are: see {@code
 *     curtain.gram.IntegerProducts}. Results do not depend on it
 * @param gpu model of the GPU, its driver, CUDA and cuDNN; null where a CPU computes
 */
public record Machine(
    String processor,
    List<String> instructions,
    Map<String, String> limits,
    int threads,
    String torch,
    String integerProducts,
    String gpu)
    implements Serializable {
  private static final List<String> SETS =
      List.of(
          "sse4_1",
          "avx",
          "avx2",
          "fma",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_int8",
          "amx_bf16");
  private static final List<String> LIMITS =
      List.of(
          "ATEN_CPU_CAPABILITY",
          "DNNL_MAX_CPU_ISA",
          "MKL_CBWR",
          "MKL_ENABLE_INSTRUCTIONS",
          "ONEDNN_MAX_CPU_ISA");

  /** Copies the list and the map; null stands for an empty one. */
  public Machine {
    instructions = instructions == null ? List.of() : List.copyOf(instructions);
    limits = limits == null ? new TreeMap<>() : new TreeMap<>(limits);
  }

  /**
   * This process, whose engine it starts if need be.
   *
   * @param threads of the engine in a task
   */
  public static Machine here(int threads) {
    return of(CpuInfo.TEXT, InstructionLimit.environment(), threads, Libtorch.start().getVersion());
  }

  /** The machine of a text as Linux has it in {@code /proc/cpuinfo}, and of an environment. */
  static Machine of(String cpuinfo, Map<String, String> environment, int threads, String torch) {
    Set<String> flags = CpuInfo.flags(cpuinfo);
    String processor = CpuInfo.first(cpuinfo, "model name").orElse(System.getProperty("os.arch"));
    Map<String, String> limits = new TreeMap<>(environment);
    limits.keySet().retainAll(LIMITS);
    return new Machine(
        processor,
        SETS.stream().filter(flags::contains).toList(),
        limits,
        threads,
        torch,
        null,
        null);
  }

  /** The same, with how it multiplies integers. */
  public Machine with(String products) {
    return new Machine(processor, instructions, limits, threads, torch, products, gpu);
  }

  /** The same, computing on a device of this process. */
  public Machine on(Device device) {
    return new Machine(
        processor,
        instructions,
        limits,
        threads,
        torch,
        integerProducts,
        device.isGpu() ? DeviceReport.gpuLine(device) : null);
  }

  /** In one line: {@code AMD EPYC, avx2 fma, 2 threads, libtorch 2.7.1}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>(List.of(processor));
    if (!instructions.isEmpty()) {
      parts.add(String.join(" ", instructions));
    }
    limits.forEach((name, value) -> parts.add(name + "=" + value));
    parts.add(threads + (threads == 1 ? " thread" : " threads"));
    parts.add("libtorch " + torch);
    if (integerProducts != null) {
      parts.add("integers as " + integerProducts);
    }
    if (gpu != null) {
      parts.add(gpu);
    }
    return String.join(", ", parts);
  }
}
