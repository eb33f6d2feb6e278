package curtain.jobs.stability;

import curtain.compile.Compiler;
import curtain.compile.Target;
import curtain.images.source.ImageRef;
import curtain.jobs.command.Classes;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageJob;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.NetworkPrecision;
import curtain.jobs.command.OpenJob;
import curtain.jobs.command.PrecisionArguments;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TypedCommand;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Layout;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.shards.SparkScheduler;
import curtain.jobs.task.OwnThread;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.ProgramFiles;
import curtain.jobs.task.Progress;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code curtain stability}: compares the gates of checkpoints of one training run over an image
 * set, and tests Hypothesis 1 [paper, 2.6 and 5.1; spec 4].
 *
 * <pre>
 * ./curtain stability --images photos --model cifar_resnet20 --checkpoints run --output stability
 * ./curtain stability --merge first second --output both
 * </pre>
 */
@Command(
    name = "stability",
    description =
        "Compare gates of a training run's checkpoints: gate_flips/, activations/,"
            + " activation_bits/, frozen_gates/, path_stability/, t_pi/, path_space/,"
            + " pullback_cosine/, errors/.",
    modelTransformer = StabilityArguments.Transformer.class,
    footer = {
      "",
      "Example: curtain stability --images photos --model cifar_resnet20 \\",
      "           --checkpoints checkpoints/run --output stability",
      "         curtain stability --merge first-half second-half --output stability",
    })
public final class Stability implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ImageJob job;
  @Mixin private ModelArguments model;
  @Mixin private StabilityArguments stability;
  @Mixin private EngineArguments engine;
  @Mixin private PrecisionArguments precision;

  /** A checkpoint, read and compiled. */
  private record Compiled(String name, String sha256, ProgramFile program, int classes) {}

  @Override
  public Integer call() throws Exception {
    if (stability.merges()) {
      return merge(RunArguments.hadoop(new SparkConf()));
    }
    stability.check();
    OpenJob open = job.open(Threads.Work.NETWORK, model.defaults(), (output, conf) -> {});
    if (precision.value() != NetworkPrecision.FP32) {
      precision.value().target(open.device(engine)); // refused before anything is read
    }
    try (SparkScheduler scheduler = open.scheduler(engine)) {
      return run(open, scheduler);
    }
  }

  private int run(OpenJob open, SparkScheduler scheduler) throws IOException, RunException {
    Checkpoints.Found found = Checkpoints.find(stability.checkpoints(), open.conf());
    CheckpointOrder order =
        Checkpoints.order(found.names(), stability.checkpointOrder(), open.conf());
    List<String> names = order.names();
    List<Integer> gatesFrom = Checkpoints.gatesFrom(stability.gatesFrom(), names);
    if (open.notes() != null) {
      open.notes().println("curtain stability: " + order.said() + found.left());
      open.notes().flush();
    }
    List<ImageRef> listed = open.list();
    String device = precision.value().device(open.device(engine));
    try (ProgramFiles programs = new ProgramFiles(open.threads(), device)) {
      List<Compiled> compiled =
          compile(names, found.files(), precision.value().target(device), programs, open.conf());
      Classes classes = open.classes(compiled.get(0).classes(), listed);
      List<Integer> fixed = stability.fixedTargets(classes.list());
      Settings settings =
          Settings.builder()
              .addAll(open.settings(classes, listed))
              .addAll(
                  model.settings(
                      compiled.stream().map(Compiled::sha256).collect(Collectors.joining(","))))
              .add("checkpoints", String.join(",", names))
              .add(
                  "gates-from", gatesFrom.stream().map(names::get).collect(Collectors.joining(",")))
              .addAll(stability.settings(fixed))
              .addAll(precision.settings())
              .withVersion();
      if (open.notes() != null) {
        plan(
            names.size(),
            gatesFrom.size(),
            listed.size(),
            open.threads().isLocal() ? compiled.get(0).program() : null,
            open.notes());
      }
      StabilityShards kernel =
          new StabilityShards(
              compiled.stream().map(Compiled::program).toList(),
              new StabilityTables(
                  names, gatesFrom, stability.gate().toString(), stability.temperature()),
              open.options(),
              classes.list(),
              stability.neurons(),
              engine.batch(),
              new StabilityReduction(fixed, stability.threshold()));
      return open.execute(
          open.over(
              settings,
              listed,
              kernel,
              engine.batch().unit(),
              Version.build(precision.value().toString(), device)),
          programs.shipped(),
          scheduler);
    }
  }

  /** Reads and compiles all checkpoints before any work starts. */
  private List<Compiled> compile(
      List<String> names,
      Map<String, Path> files,
      Target target,
      ProgramFiles programs,
      Configuration conf)
      throws IOException {
    List<Compiled> compiled = new ArrayList<>();
    for (String name : names) {
      ModelArguments.Read read = model.read("--checkpoints", files.get(name).toString(), conf);
      int classes = read.network().classes();
      compiled.add(
          new Compiled(
              name,
              read.sha256(),
              programs.add(Compiler.compile(read.network(), stability.options().on(target))),
              classes));
      if (classes != compiled.get(0).classes()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "--checkpoints: %s has %d classes, %s has %d; they are not of one run",
                names.get(0),
                compiled.get(0).classes(),
                name,
                classes));
      }
    }
    return compiled;
  }

  /** Prints how much work the run is, and on this machine an estimate of its time. */
  private void plan(
      int checkpoints, int gatesFrom, int count, ProgramFile program, PrintWriter notes)
      throws IOException {
    String time = "";
    if (program != null) {
      // an estimate, by the usual batch where the memory is to decide
      int size = engine.batch().auto() ? engine.batch().atMost(16).most() : engine.batchSize();
      StabilityEstimate estimate =
          OwnThread.run(
              () -> StabilityEstimate.measure(program.load(), size, stability.temperature()));
      long batches = (count + size - 1L) / size;
      time =
          "; about "
              + Progress.duration(Math.round(estimate.seconds(batches, checkpoints, gatesFrom)));
    }
    notes.printf(
        Locale.ROOT,
        "curtain stability: %,d checkpoints, gates from %,d; %,d passes an image (%1$,d with two"
            + " backward passes, %2$,d for gates, %,d with frozen gates), %,d images%s%n",
        checkpoints,
        gatesFrom,
        checkpoints + gatesFrom + 2 * checkpoints * gatesFrom,
        2 * checkpoints * gatesFrom,
        count,
        time);
    notes.flush();
  }

  private int merge(Configuration conf) throws IOException, RunException {
    List<FinishedOutput> outputs = new ArrayList<>();
    for (String directory : stability.merge()) {
      outputs.add(FinishedOutput.open("--merge", directory, spec.name(), conf));
    }
    OutputDirectory target = job.output().open("--merge", stability.merge().get(0), conf);
    job.output().spare("--merge", stability.merge().get(1), conf);
    PrintWriter err = job.notes();
    ShardedRun.Result done;
    try (Progress progress =
        Progress.standard(spec.name(), spec.commandLine().getErr(), err == null)) {
      done = StabilityMerge.run(outputs, TypedCommand.of(spec), target, conf, progress);
    }
    if (err != null) {
      if (done.wasWhole()) {
        err.printf(
            Locale.ROOT,
            "curtain stability: %s is whole; there is nothing to do%n",
            Layout.display(target.layout().root()));
      }
      err.printf(
          Locale.ROOT,
          "curtain stability: %,d images are in %s%n",
          outputs.stream().mapToLong(each -> each.provenance().results()).sum(),
          Layout.display(target.layout().root()));
      err.flush();
    }
    return 0;
  }
}
