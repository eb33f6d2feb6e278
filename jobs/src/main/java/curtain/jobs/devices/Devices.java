package curtain.jobs.devices;

import curtain.OneLine;
import curtain.engine.DeviceReport;
import curtain.engine.Warnings;
import curtain.jobs.command.DeviceArguments;
import curtain.jobs.command.RunArguments;
import curtain.jobs.shards.SparkScheduler;
import curtain.jobs.task.Threads;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain devices}: what this process, or every executor of a cluster, would compute on.
 *
 * <pre>
 * ./curtain devices --natives /opt/libtorch
 * </pre>
 */
@Command(
    name = "devices",
    description =
        "Say what each process would compute on: device, memory, driver, CUDA, cuDNN, libtorch,"
            + " TF32, or why not on a GPU; writes nothing.",
    footer = {
      "",
      "Exit status 1, where a process has nothing to compute on: with --device gpu where there is no",
      "GPU of use, or where libtorch does not load.",
      "",
      "Example: curtain devices --device gpu --natives /opt/libtorch",
    })
public final class Devices implements Callable<Integer> {
  /** The option by which this command is one that computes on Spark. */
  public static final String ON_EXECUTORS = "--on-executors";

  /** How long a task lasts at least, so that none of them gets the place of two, milliseconds. */
  private static final long MILLIS = 3000;

  private static final int MARGIN = 12;

  @Spec private CommandSpec spec;
  @Mixin private DeviceArguments device;

  @Option(
      names = ON_EXECUTORS,
      description =
          "Ask the executors of the cluster, in as many tasks as run at once (default: this process"
              + " alone).")
  private boolean onExecutors;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master (default: this machine, in this process; spark-submit sets it).")
  private String master;

  @Override
  public Integer call() throws IOException {
    SparkConf conf = new SparkConf();
    Threads threads =
        Threads.decide(
            master != null ? master : conf.get("spark.master", null),
            0,
            Threads.Work.NETWORK,
            Runtime.getRuntime().availableProcessors(),
            conf.getInt("spark.task.cpus", 1));
    boolean elsewhere = onExecutors && !threads.isLocal();
    device.chooseNatives(conf, threads);
    PrintWriter out = spec.commandLine().getOut();
    if (!elsewhere) {
      Told told = Told.here(device.where(), threads.perTask());
      print("this process", told.report().lines(), out);
      return warned(out, told.fails());
    }
    String where = device.device(conf, threads);
    RunArguments.prepare(conf, spec.name(), threads, spec);
    SparkScheduler.Answers<Told> answers;
    try (SparkScheduler scheduler = new SparkScheduler(conf)) {
      int perTask = threads.perTask();
      answers = scheduler.ask(() -> Told.here(where, perTask), MILLIS);
    }
    print("driver, which computes nothing", Told.here("cpu", 1).report().lines(), out);
    Map<String, List<SparkScheduler.Answer<Told>>> executors =
        answers.answers().stream()
            .collect(Collectors.groupingBy(Devices::named, TreeMap::new, Collectors.toList()));
    executors.forEach((name, told) -> print(name, told, where, out));
    sayWhoIsMissing(answers, out);
    return warned(out, answers.answers().stream().anyMatch(each -> each.answer().fails()));
  }

  /** Prints what else there is to say; the exit status. */
  private static int warned(PrintWriter out, boolean fails) {
    Warnings.drain(); // the report has said it
    out.flush();
    return fails ? 1 : 0;
  }

  private static String named(SparkScheduler.Answer<Told> of) {
    return String.format(Locale.ROOT, "executor %s, %s", of.executor(), of.place());
  }

  /** Prints what tasks of an executor have said, those that say the same once. */
  private void print(
      String name, List<SparkScheduler.Answer<Told>> answers, String where, PrintWriter out) {
    Map<Told, Long> different =
        answers.stream()
            .map(SparkScheduler.Answer::answer)
            .collect(Collectors.groupingBy(told -> told, Collectors.counting()));
    different.forEach(
        (told, tasks) -> {
          String addresses =
              told.addresses().isEmpty()
                  ? ""
                  : ", GPU address " + String.join(", ", told.addresses());
          String atOnce = tasks == 1 ? "" : String.format(Locale.ROOT, ", %d tasks at once", tasks);
          List<DeviceReport.Line> lines = new ArrayList<>(told.report().lines());
          if (where.equals("cpu") && !device.where().equals("cpu")) {
            lines.add(
                new DeviceReport.Line(
                    "no GPU", "Spark assigns none to tasks (spark.task.resource.gpu.amount)"));
          }
          print(name + addresses + atOnce, lines, out);
        });
  }

  private static void sayWhoIsMissing(SparkScheduler.Answers<Told> answers, PrintWriter out) {
    Set<String> heard =
        answers.answers().stream().map(SparkScheduler.Answer::place).collect(Collectors.toSet());
    List<String> missing =
        answers.executors().stream().filter(place -> !heard.contains(place)).toList();
    if (missing.size() > 1) { // one is the driver's
      out.printf(
          Locale.ROOT,
          "%d of %d executors got no task, and did not answer%n",
          missing.size() - 1,
          answers.executors().size() - 1);
    }
  }

  private static void print(String process, List<DeviceReport.Line> lines, PrintWriter out) {
    out.println(OneLine.of(process));
    for (DeviceReport.Line line : lines) {
      String about = "  " + line.name();
      out.println(
          about + " ".repeat(Math.max(1, MARGIN - about.length())) + OneLine.of(line.text()));
    }
  }
}
