package curtain.jobs.shards;

import curtain.images.source.SourceFiles;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How far the run in an output is, from its plan, its markers and its lock, on any file system and
 * without Spark. What tasks have done of shards that are not done is not in the output, and is told
 * by the driver alone.
 *
 * @param output the directory
 * @param command command that writes there, or has; null where a run has not said it yet
 * @param state whether the output is whole, and else whether its run is at work
 * @param why what that is concluded from, as the end of a sentence; null of a whole output
 * @param whole whether a whole output is there, of which a run that replaces it has left all
 * @param start when the run began, ISO 8601, UTC; null where it has not said it yet
 * @param end when the output was whole, ISO 8601, UTC; null before
 * @param heartbeat seconds since the last heartbeat; null where there are none
 * @param shards number of shards; 0 of a whole output, and of commands without shards
 * @param shardsDone number of shards that are done
 * @param lastShard seconds since the last of them was done; null where none is
 * @param units units of the stage behind the shards that are done, tiles of {@code gram} say
 * @param images number of images listed
 * @param results images that gave results, of shards that are done
 * @param errors images that gave none, of shards that are done
 * @param rate images per second over the last ten minutes before the last shard was done, or of a
 *     whole output over all its time; null where it is not known
 * @param left seconds for the images that are missing, at that rate; null where it is not known
 */
public record RunStatus(
    String output,
    String command,
    RunState state,
    String why,
    boolean whole,
    String start,
    String end,
    Long heartbeat,
    int shards,
    int shardsDone,
    Long lastShard,
    int units,
    long images,
    long results,
    long errors,
    Double rate,
    Long left) {
  private static final long WINDOW_MILLIS = 600_000;
  private static final double MILLIS = 1000;

  /**
   * Reads the state of an output, and changes nothing.
   *
   * @param output a path or Hadoop URI
   * @throws RunException where no run has begun there
   * @throws IOException when storage fails
   */
  public static RunStatus read(String output, Configuration conf) throws IOException, RunException {
    return read(output, conf, Lease.Pace.STANDARD);
  }

  /** Reads the state of an output whose leases have another pace. */
  static RunStatus read(String output, Configuration conf, Lease.Pace pace)
      throws IOException, RunException {
    Path given = SourceFiles.qualified(output, conf);
    FileSystem fs = Storage.of(given, conf);
    Layout layout = Layout.of(given);
    refuseOthers(output, layout, fs);
    // first, for a run seals its output before it lets go of its lock
    Holder holder = Holder.look(layout, fs, pace);
    try {
      return read(layout, fs, holder);
    } catch (FileNotFoundException e) {
      return read(layout, fs, holder); // the run has become whole meanwhile, or begun anew
    }
  }

  private static RunStatus read(Layout layout, FileSystem fs, Holder looked) throws IOException {
    Holder holder = looked;
    Provenance made = Storage.readJson(fs, layout.provenance(layout.root()), Provenance.class);
    boolean whole = made != null && fs.exists(layout.success(layout.root()));
    Plan plan = Storage.readJson(fs, layout.plan(), Plan.class);
    boolean begun = fs.exists(layout.incomplete());
    boolean replaced = begun && fs.exists(layout.replaces());
    if (whole && !replaced && holder.state() != RunState.RUNNING) {
      return ofWhole(layout, made);
    }
    if (fs.exists(layout.abandoned()) && holder.state() == RunState.DEAD) {
      holder = new Holder(RunState.DEAD, "it was stopped while it was deleted", holder.heartbeat());
    }
    if (plan == null || plan.run() == null) {
      return of(layout, plan, whole, made, holder);
    }
    return of(layout.ofRun(plan.run()), fs, plan, whole, holder);
  }

  private static void refuseOthers(String output, Layout layout, FileSystem fs)
      throws IOException, RunException {
    FileStatus root;
    try {
      root = fs.getFileStatus(layout.root());
    } catch (FileNotFoundException e) {
      throw new RunException(
          "--output "
              + Layout.named(output, layout.root())
              + " does not exist; a run makes it when it has listed its images");
    }
    if (!root.isDirectory()) {
      throw new RunException(
          "--output " + output + " is a file; name the directory that a command writes");
    }
    if (!fs.exists(layout.incomplete())
        && !fs.exists(layout.lock())
        && !fs.exists(layout.provenance(layout.root()))) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s is no output of Curtain: it has neither %s nor %s",
              output,
              Layout.PROVENANCE,
              Layout.INCOMPLETE));
    }
  }

  private static RunStatus ofWhole(Layout layout, Provenance made) {
    long done = made.results() + made.errors();
    Double rate = null;
    try {
      long seconds =
          Duration.between(Instant.parse(made.start()), Instant.parse(made.end())).toSeconds();
      rate = seconds > 0 && !made.resumed() ? rounded((double) done / seconds) : null;
    } catch (DateTimeParseException e) {
      // a rate is no reason to fail
    }
    return new RunStatus(
        Layout.display(layout.root()),
        made.command(),
        RunState.WHOLE,
        null,
        true,
        made.start(),
        made.end(),
        null,
        0,
        0,
        null,
        0,
        made.listed(),
        made.results(),
        made.errors(),
        rate,
        null);
  }

  /** Of a run without a plan: of a command that writes files from one process, or begins. */
  private static RunStatus of(
      Layout layout, Plan plan, boolean whole, Provenance made, Holder holder) {
    return new RunStatus(
        Layout.display(layout.root()),
        plan != null ? plan.command() : made != null ? made.command() : null,
        holder.state(),
        holder.why(),
        whole,
        plan == null ? null : plan.start(),
        null,
        holder.heartbeat(),
        0,
        0,
        null,
        0,
        0,
        0,
        0,
        null,
        null);
  }

  private static RunStatus of(Layout layout, FileSystem fs, Plan plan, boolean whole, Holder holder)
      throws IOException {
    long listed = plan.shards().isEmpty() ? 0 : plan.shards().get(plan.shards().size() - 1).to();
    Marked done = Marked.read(layout, fs);
    Map<String, Long> times = times(layout, fs);
    ShardResult counts = done.counts();
    long finished = counts.images() + counts.errors();
    Double rate = rate(fs.getFileStatus(layout.plan()).getModificationTime(), done, times);
    Long last =
        times.values().stream()
            .max(Comparator.naturalOrder())
            .map(time -> Math.max(0, (System.currentTimeMillis() - time) / (long) MILLIS))
            .orElse(null);
    boolean goesOn = rate != null && rate > 0 && finished < listed;
    return new RunStatus(
        Layout.display(layout.root()),
        plan.command(),
        holder.state(),
        holder.why(),
        whole,
        plan.start(),
        null,
        holder.heartbeat(),
        plan.shards().size(),
        done.units().size(),
        last,
        times(layout.staged(), fs).size(),
        listed,
        counts.images(),
        counts.errors(),
        rate,
        goesOn ? (long) Math.ceil((listed - finished) / rate) : null);
  }

  /** When each marker was written, by the storage's clock. */
  private static Map<String, Long> times(Layout layout, FileSystem fs) throws IOException {
    Map<String, Long> times = new TreeMap<>();
    try {
      for (FileStatus marker : fs.listStatus(layout.markers())) {
        String name = marker.getPath().getName();
        times.put(
            name.substring(0, name.length() - Layout.MARKER.length()),
            marker.getModificationTime());
      }
    } catch (FileNotFoundException e) {
      return Map.of();
    }
    return times;
  }

  /**
   * The rate over the last ten minutes before the last shard was done, from the shard before them,
   * or from the plan where there is none: by one clock, the storage's.
   */
  private static Double rate(long begun, Marked done, Map<String, Long> times) {
    List<String> units = new ArrayList<>(done.units().keySet());
    units.retainAll(times.keySet());
    if (units.isEmpty()) {
      return null;
    }
    long last = units.stream().mapToLong(times::get).max().orElseThrow();
    long since =
        units.stream()
            .mapToLong(times::get)
            .filter(time -> time <= last - WINDOW_MILLIS)
            .max()
            .orElse(Math.min(begun, last));
    long images = 0;
    for (String unit : units) {
      if (times.get(unit) > since) {
        ShardResult counts = done.units().get(unit).counts();
        images += counts.images() + counts.errors();
      }
    }
    return last > since ? rounded(images * MILLIS / (last - since)) : null;
  }

  private static Double rounded(double rate) {
    return rate >= 10 ? Math.round(rate * 10) / 10.0 : Math.round(rate * 1000) / 1000.0;
  }

  /** The record as JSON, with names in snake case. */
  public String json() throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    Storage.writeJson(json, this);
    return json.toString(StandardCharsets.UTF_8).strip();
  }
}
