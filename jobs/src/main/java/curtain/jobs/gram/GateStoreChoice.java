package curtain.jobs.gram;

import curtain.compile.ProgramInfo;
import curtain.gram.GramKernel;
import curtain.gram.GramOptions;
import curtain.images.source.SourceFiles;
import curtain.jobs.shards.Layout;
import curtain.jobs.task.OwnThread;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Chooses where the gates of columns come from: from a store, or from another forward pass.
 *
 * @param network the network and its options
 * @param info layers and input of its program
 * @param plan numbers of images and tiles
 * @param features length of the penultimate feature
 */
record GateStoreChoice(GramNetwork network, ProgramInfo info, GramPlan plan, int features) {
  private static final String AUTO = "auto";
  private static final String NONE = "none";

  /**
   * Chooses, and prints the plan and the choice.
   *
   * @param option value of {@code --gate-store}
   * @param key name of this run's subdirectory of a directory that the option names; no other run
   *     has it
   * @param scratch directory in which {@code auto} stores gates
   * @param local whether tasks run in this process, in which times can then be measured
   * @param err takes the plan and the estimate, or null
   * @return the store, or null where gates are not stored
   * @throws IOException if the network cannot be loaded, or a temporary file not be written
   */
  GateStore choose(
      String option, String key, Path scratch, boolean local, PrintWriter err, Configuration conf)
      throws IOException {
    boolean auto = option.equals(AUTO);
    boolean stored = !auto && !option.equals(NONE);
    String time = "";
    if (local && (auto || err != null)) {
      boolean store = auto || stored;
      GramEstimate estimate =
          OwnThread.run(
              () -> {
                try (GramKernel kernel = network.kernel()) {
                  return GramEstimate.measure(kernel, store);
                }
              });
      double again = estimate.recomputing(plan.passed());
      double kept = estimate.storing(plan.images(), plan.passed());
      stored = auto ? kept < again && fits(scratch, conf) : stored;
      String other =
          auto
              ? "; " + (stored ? "from another pass " : "stored ") + duration(stored ? again : kept)
              : "";
      double rest = plan.images() * estimate.observe() + plan.pairs() * estimate.pair();
      time =
          String.format(
              Locale.ROOT,
              ": %s%s; in all about %s",
              duration(stored ? kept : again),
              other,
              duration(rest + (stored ? kept : again)));
    }
    Path home =
        auto
            ? new Path(scratch, "gates")
            : new Path(SourceFiles.qualified(option, conf), "gates-" + key);
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

  /** Whether the file system has room for twice the bytes of all gates. */
  private boolean fits(Path scratch, Configuration conf) throws IOException {
    FileSystem fs = scratch.getFileSystem(conf);
    Path there = scratch;
    while (!fs.exists(there)) {
      there = there.getParent();
    }
    long room = fs.getStatus(there).getRemaining();
    return room / 2 > plan.images() * recordBytes();
  }

  private static String duration(double seconds) {
    return Progress.duration(Math.round(seconds));
  }

  private int recordBytes() {
    return recordBytes(info, network.gram(), features);
  }

  /**
   * The bytes of an image in a {@link GateStore}.
   *
   * @param info layers and input of the program
   * @param gram the gates, and how they are kept
   * @param features length of the penultimate feature
   */
  static int recordBytes(ProgramInfo info, GramOptions gram, int features) {
    int side = info.imageSize();
    return 3 * side * side + Float.BYTES * features + GramKernel.packedBytes(info, gram);
  }
}
