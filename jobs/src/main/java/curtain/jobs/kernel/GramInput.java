package curtain.jobs.kernel;

import curtain.jobs.command.Settings;
import curtain.jobs.gram.GramTables;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * An output of {@code gram} that holds what the chosen kernels need.
 *
 * @param made the output
 * @param layers number of layers of its network
 * @param cross whether the columns are a second set of images
 */
record GramInput(FinishedOutput made, int layers, boolean cross) {
  /**
   * Opens an output.
   *
   * @param input value of {@code --input}
   * @param kernels kernels to score
   * @throws RunException when it is not a whole output of {@code gram}, or lacks what a kernel
   *     needs; the message names the option of {@code gram} that keeps it
   */
  static GramInput open(String input, List<KernelChoice> kernels, Configuration conf)
      throws IOException, RunException {
    FinishedOutput made = FinishedOutput.open("--input", input, "gram", conf);
    String keep = made.setting("keep");
    if (!keep.equals("tiles")) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s has no tiles, as it was made with --keep %s; kernel needs curtain gram --keep tiles",
              input,
              keep));
    }
    int layers = Integer.parseInt(made.setting("layers"));
    for (KernelChoice kernel : kernels) {
      if (kernel.lastLayer() >= layers) {
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--kernel %s: the network of --input %s has %d layers, 0 to %d",
                kernel.name(),
                input,
                layers,
                layers - 1));
      }
      if (kernel.needsLayers(layers) && !made.setting("keep-layers").equals("true")) {
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--kernel %s needs single layers, which --input %s has not kept; it needs curtain gram --keep-layers",
                kernel.name(),
                input));
      }
      if (GramTables.PATHS.equals(kernel.stored())
          && !"exact".equals(made.provenance().settings().get("paths"))) {
        throw new RunException(
            String.format(
                Locale.ROOT,
                "--kernel paths: --input %s has no path kernel; it needs curtain gram --paths exact",
                input));
      }
    }
    return new GramInput(made, layers, !made.setting("columns").equals("none"));
  }

  /** The stored kernels that these are computed from, each once. */
  Set<String> needs(List<KernelChoice> kernels) {
    Set<String> needed = new LinkedHashSet<>();
    kernels.forEach(kernel -> needed.addAll(kernel.needs(layers)));
    return needed;
  }

  /** The settings that say which output was read, for the provenance. */
  Settings settings() {
    Settings.Builder settings = Settings.builder().add("input_end", made.provenance().end());
    made.provenance().settings().forEach((name, value) -> settings.add("gram_" + name, value));
    return settings.build();
  }
}
