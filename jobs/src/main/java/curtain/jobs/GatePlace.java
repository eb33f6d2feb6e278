package curtain.jobs;

import curtain.compile.ProgramInfo;
import curtain.gram.GramKernel;
import curtain.jobs.shards.Layout;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.apache.hadoop.fs.Path;

/**
 * Decides where the gates of columns come from: a store, or another pass through the network.
 *
 * @param network the network and its options
 * @param info of its program
 * @param plan how much work there is
 * @param features length of the penultimate feature
 */
record GatePlace(GramNetwork network, ProgramInfo info, GramPlan plan, int features) {
  private static final String AUTO = "auto";
  private static final String NONE = "none";

  /**
   * Decides, and says so.
   *
   * @param option of {@code --gate-store}
   * @param key of this run and no other: names its directory in that of the option
   * @param scratch where {@code auto} puts gates
   * @param local whether tasks run in this process, which then may measure
   * @param err takes the plan and its estimate, or null
   * @return null where gates are not stored
   * @throws IOException if the network cannot be loaded or the local disk not be written
   */
  GateStore choose(String option, String key, Path scratch, boolean local, PrintWriter err)
      throws IOException {
    boolean auto = option.equals(AUTO);
    boolean stored = !auto && !option.equals(NONE);
    String time = "";
    if (local && (auto || err != null)) {
      GramEstimate estimate;
      try (GramKernel kernel = network.kernel()) {
        estimate = GramEstimate.measure(kernel);
      }
      double again = estimate.recomputing(plan.passed());
      double kept = estimate.storing(plan.images(), plan.passed());
      stored = auto ? kept < again : stored;
      double rest = plan.images() * estimate.observe() + plan.pairs() * estimate.pair();
      time =
          ": %s, %s %s; in all about %s"
              .formatted(
                  duration(stored ? kept : again),
                  stored ? "from another pass" : "stored",
                  duration(stored ? again : kept),
                  duration(rest + (stored ? kept : again)));
    }
    Path home = auto ? new Path(scratch, "gates") : new Path(option, "gates-" + key);
    if (err != null) {
      err.printf(
          Locale.ROOT,
          "curtain gram: %,d x %,d images of %,d gates, %,d tiles of at most %d x %d; gates %s%s%n",
          plan.rows(),
          plan.columns(),
          GramKernel.gates(info),
          plan.tiles(),
          plan.block(),
          plan.block(),
          stored ? "stored in " + Layout.display(home) : "of columns from another pass",
          time);
      err.flush();
    }
    return stored ? new GateStore(home.toString(), recordBytes()) : null;
  }

  private static String duration(double seconds) {
    return Progress.duration(Math.round(seconds));
  }

  private int recordBytes() {
    int side = info.imageSize();
    return 3 * side * side + Float.BYTES * features + GramKernel.packedBytes(info, network.gram());
  }
}
