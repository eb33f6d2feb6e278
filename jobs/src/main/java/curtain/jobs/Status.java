package curtain.jobs;

import curtain.jobs.command.RunArguments;
import curtain.jobs.shards.RunStatus;
import curtain.jobs.task.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain status}: how far the run in an output is, and whether it is at work. It reads a
 * few small files and a listing, changes nothing, and starts neither Spark nor the engine.
 *
 * <pre>
 * ./curtain status --output pulled
 * </pre>
 */
@Command(
    name = "status",
    description =
        "Say of an output whether it is whole, and else how far its run is and whether it is at work.",
    footer = {
      "",
      "State: whole, running, dead, or unknown where that cannot be told. Shards that are",
      "done count, with their images and errors; the rate is that of the last ten minutes",
      "before the last of them was done. What tasks have done beyond is in the driver's log.",
      "",
      "On local disks a lock of the operating system says whether a run is at work. On",
      "other storage its _lock does, which it writes every 10 s: the age of that, the",
      "heartbeat, is told by this machine's clock and the storage's. One that is older than",
      "30 s, of another machine, is watched for 30 s: its run is dead where nothing comes",
      "and it is older than two minutes, and unknown else.",
      "",
      "The exit status of this command is 0 of a whole output, 3 of a running one, 4 of a",
      "dead one, 5 where that is unknown, and 1 where no run has begun there.",
      "",
      "Example: curtain status --output pulled",
    })
final class Status implements Callable<Integer> {
  private static final int WHOLE = 0;
  private static final int RUNNING = 3;
  private static final int DEAD = 4;
  private static final int UNKNOWN = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory that another command's --output named, a path or Hadoop URI.")
  private String output;

  @Option(
      names = "--json",
      description = "Print a JSON object, with times in seconds, in place of lines.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    RunStatus status = RunStatus.read(output, RunArguments.hadoop(new SparkConf()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(status.json());
    } else {
      print(status, out);
    }
    out.flush();
    return switch (status.state()) {
      case WHOLE -> WHOLE;
      case RUNNING -> RUNNING;
      case DEAD -> DEAD;
      case UNKNOWN -> UNKNOWN;
    };
  }

  private static void print(RunStatus status, PrintWriter out) {
    line(
        out,
        "output",
        status.output() + (status.command() == null ? "" : ", of curtain " + status.command()));
    line(out, "state", state(status));
    if (status.start() != null) {
      line(out, "begun", status.start());
    }
    if (status.heartbeat() != null) {
      line(out, "heartbeat", ago(status.heartbeat()));
    }
    if (status.shards() > 0) {
      line(out, "shards", shards(status));
    }
    if (status.units() > 0) {
      line(out, "stage", String.format(Locale.ROOT, "%,d units done", status.units()));
    }
    if (status.images() > 0) {
      line(
          out,
          "images",
          String.format(
              Locale.ROOT,
              "%,d of %,d done, %,d of them errors",
              status.results() + status.errors(),
              status.images(),
              status.errors()));
    }
    if (status.rate() != null || status.shards() > 0) {
      line(out, "rate", rate(status));
    }
  }

  private static void line(PrintWriter out, String label, String text) {
    out.printf(Locale.ROOT, "%-10s  %s%n", label, text);
  }

  private static String state(RunStatus status) {
    String stays =
        status.whole() ? "; the whole output that it is to replace is there until then" : "";
    return switch (status.state()) {
      case WHOLE -> "whole since " + status.end();
      case RUNNING -> "running: " + status.why() + stays;
      case DEAD ->
          "dead: "
              + status.why()
              + (status.whole() ? "; the whole output that it was to replace is there" : "")
              + "; the same command with --resume goes on";
      case UNKNOWN -> "unknown: " + status.why() + stays;
    };
  }

  private static String shards(RunStatus status) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d done (%d %%)%s",
        status.shardsDone(),
        status.shards(),
        100L * status.shardsDone() / status.shards(),
        status.lastShard() == null ? "" : ", the last " + ago(status.lastShard()));
  }

  private static String rate(RunStatus status) {
    if (status.rate() == null) {
      return "not known before a shard is done";
    }
    return String.format(Locale.ROOT, "%s images/s", status.rate())
        + (status.left() == null
            ? ""
            : ", about " + Progress.duration(status.left()) + " for the rest at that rate");
  }

  private static String ago(long seconds) {
    return seconds < 0
        ? Progress.duration(-seconds) + " ahead of this machine's clock"
        : Progress.duration(seconds) + " ago";
  }
}
