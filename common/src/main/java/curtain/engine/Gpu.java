package curtain.engine;

import java.io.Serializable;
import java.util.Locale;

/**
 * A GPU, as CUDA shows it to this process.
 *
 * @param ordinal number by which this process knows it
 * @param name model, NVIDIA H200 say
 * @param uuid 32 hexadecimal digits with dashes, without the prefix GPU- or MIG-
 * @param memory bytes of its memory
 * @param capability compute capability, 9.0 say
 */
public record Gpu(int ordinal, String name, String uuid, long memory, String capability)
    implements Serializable {

  /** Whether it has tensor cores that take TF32: compute capability 8.0 and later. */
  boolean hasTf32() {
    return Integer.parseInt(capability.substring(0, capability.indexOf('.'))) >= 8;
  }

  /** In one line, without the number. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %.0f GiB, compute capability %s, GPU-%s",
        name,
        memory / (double) (1L << 30),
        capability,
        uuid);
  }
}
