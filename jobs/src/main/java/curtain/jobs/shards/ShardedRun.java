package curtain.jobs.shards;

import curtain.engine.Machine;
import curtain.images.source.ImageRef;
import curtain.images.source.ImageRefs;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * One run of a job over an image set, up to a whole output: makes a plan or takes up an existing
 * one, has the missing shards computed, checks that no image was lost, and commits.
 *
 * @param command name of the command
 * @param commandLine command line as typed
 * @param settings everything that decides results, see {@link Plan}
 * @param images images listed, by ordinal from 0
 * @param kernel kernel of a shard
 * @param stage work that follows when all images are done
 * @param batch batch size, of which the sizes of shards are multiples
 * @param partitions largest number of shards, 0 for the default of {@link Shard#cut}
 * @param maxErrors largest number of errors of a run that does not fail; {@link Long#MAX_VALUE} for
 *     no limit
 * @param build program and place of the run, for the provenance
 */
public record ShardedRun(
    String command,
    String commandLine,
    Map<String, String> settings,
    List<ImageRef> images,
    ShardKernel kernel,
    Optional<Stage<?>> stage,
    int batch,
    int partitions,
    long maxErrors,
    Build build) {
  private static final String MAY_DIFFER =
      ". Between them floats may differ in their last digits, and signs and pool selections where"
          + " pre-activations are at rounding level; _provenance.json names the machines";

  /**
   * Checks that a job with a stage has a reduction, whose marker says that the stage is done.
   *
   * @throws IllegalArgumentException where it has none
   */
  public ShardedRun {
    if (stage.isPresent() && kernel.reduction().tables().isEmpty()) {
      throw new IllegalArgumentException("a stage without a reduction");
    }
  }

  /** A run without a stage. */
  public ShardedRun(
      String command,
      String commandLine,
      Map<String, String> settings,
      List<ImageRef> images,
      ShardKernel kernel,
      int batch,
      int partitions,
      long maxErrors,
      Build build) {
    this(
        command,
        commandLine,
        settings,
        images,
        kernel,
        Optional.empty(),
        batch,
        partitions,
        maxErrors,
        build);
  }

  /**
   * The program and the place of a run, for the provenance.
   *
   * @param version version of Curtain
   * @param commit commit of its source
   * @param libraries versions of libraries by name
   * @param precision precision of the network's arithmetic, or null where none runs
   * @param device device that the network runs on, or null where none runs
   */
  public record Build(
      String version,
      String commit,
      Map<String, String> libraries,
      String precision,
      String device) {}

  /**
   * The result of a run.
   *
   * @param counts results, errors and rows of the whole output
   * @param computed number of shards that this call computed
   * @param wasWhole whether the output was whole before
   */
  public record Result(ShardResult counts, int computed, boolean wasWhole) {}

  /**
   * Runs the job, or what is missing of it.
   *
   * @throws RunException when settings differ from those of the run to go on with, or there are
   *     more errors than allowed
   * @throws IOException when storage fails; what is done stays for {@code --resume}
   */
  public Result run(OutputDirectory output, Scheduler scheduler, Configuration conf, Meter meter)
      throws IOException, RunException {
    Provenance finished = output.finished(command, settings);
    if (finished != null) {
      refuseChanges(output, command, settings, finished.command(), finished.settings());
      output.finish(meter::warn);
      return new Result(
          new ShardResult(
              finished.results(), finished.errors(), finished.rows(), finished.machines()),
          0,
          true);
    }
    try (OutputLock lock = output.lock(meter::warn)) {
      return compute(output, lock, scheduler, conf, meter);
    }
  }

  private Result compute(
      OutputDirectory output, OutputLock lock, Scheduler scheduler, Configuration conf, Meter meter)
      throws IOException, RunException {
    Plan plan = output.planToResume();
    boolean resumed = plan != null;
    if (plan == null) {
      plan =
          new Plan(
              output.layout().run(),
              command,
              commandLine,
              now(),
              settings,
              Stream.of(
                      names(kernel.tables()),
                      tables(stage).stream(),
                      kernel.reduction().files().stream())
                  .flatMap(names -> names)
                  .toList(),
              Shard.cut(images, batch, scheduler.slots(), partitions),
              output.application());
      output.begin(plan);
    } else {
      refuseChanges(output, command, settings, plan.command(), plan.settings());
    }

    Marked done = output.shards();
    ShardResult before = done.counts();
    List<ShardTask.Work> missing = new ArrayList<>();
    for (Shard shard : plan.shards()) {
      if (!done.units().containsKey(shard.name())) {
        missing.add(
            new ShardTask.Work(
                shard,
                ImageRefs.part(
                    images, Math.toIntExact(shard.from()), Math.toIntExact(shard.to()))));
      }
    }
    refuseErrors(output, before.errors());
    if (!missing.isEmpty()) {
      warnOfAnotherMachine(before, scheduler, meter);
      scheduler.run(
          new ShardTask(output.layout(), kernel),
          missing,
          conf,
          new Watch(meter, before, images.size(), maxErrors));
      done = output.shards();
    }

    ShardResult total = done.counts();
    boolean whole = plan.shards().stream().map(Shard::name).allMatch(done.units()::containsKey);
    refuseErrors(output, total.errors());
    if (!whole || total.images() + total.errors() != images.size()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%d images listed, %d results and %d errors counted: rows are missing",
              images.size(),
              total.images(),
              total.errors()));
    }
    Uses uses = Uses.of(kernel.reduction());
    Marked staged =
        stage.isPresent() && !output.isReduced()
            ? new StagedRun<>(stage.get(), output, uses)
                .run(Parts.of(List.of(done), uses.read(), conf), scheduler, conf, meter)
            : output.staged();
    Marked reduced =
        output.reduce(kernel.reduction(), Parts.of(List.of(done, staged), uses.read(), conf), conf);
    ShardResult counts = total.plus(staged.counts()).replacing(reduced.counts().rows());
    if (counts.machines().stream().map(ShardedRun::deciding).distinct().count() > 1) {
      meter.warn("was computed on different machines: " + listed(counts.machines()) + MAY_DIFFER);
    }
    output.commit(lock, provenance(plan, counts, resumed), List.of(done, staged), reduced);
    return new Result(counts, missing.size(), false);
  }

  /** What results depend on: the ways to multiply integers give the same ones. */
  private static Machine deciding(Machine machine) {
    return machine.with(null);
  }

  private void warnOfAnotherMachine(ShardResult before, Scheduler scheduler, Meter meter)
      throws IOException {
    if (before.machines().isEmpty() || !scheduler.isLocal()) {
      return;
    }
    Machine here = kernel.machine();
    if (here != null
        && before.machines().stream().map(ShardedRun::deciding).noneMatch(deciding(here)::equals)) {
      meter.warn(
          "was begun on another machine: "
              + listed(before.machines())
              + "; goes on on: "
              + here
              + MAY_DIFFER);
    }
  }

  private static String listed(List<Machine> machines) {
    return machines.stream().map(Machine::toString).collect(Collectors.joining("; "));
  }

  private static Stream<String> names(List<Table<?>> tables) {
    return tables.stream().map(Table::name);
  }

  private static List<String> tables(Optional<Stage<?>> stage) {
    return stage.map(later -> names(later.kernel().tables()).toList()).orElse(List.of());
  }

  /** Refuses to go on with an output that another command, or other settings, made. */
  static void refuseChanges(
      OutputDirectory output,
      String command,
      Map<String, String> settings,
      String was,
      Map<String, String> before)
      throws RunException {
    if (!was.equals(command)) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s was made by curtain %s, not %s; choose another directory, or"
                  + " --overwrite",
              Layout.display(output.layout().root()),
              was,
              command));
    }
    Plan.refuseChanges(Layout.display(output.layout().root()), before, settings);
  }

  private void refuseErrors(OutputDirectory output, long errors) throws RunException {
    if (errors > maxErrors) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              ("%d images could not be used, more than --max-errors %d allows; %s says why."
                  + " --resume with a higher --max-errors goes on from here"),
              errors,
              maxErrors,
              Layout.display(output.layout().unfinished(Table.ERRORS.name()))));
    }
  }

  private Provenance provenance(Plan plan, ShardResult total, boolean resumed) {
    return new Provenance(
        build.version(),
        build.commit(),
        command,
        plan.commandLine(),
        plan.start(),
        now(),
        resumed,
        settings,
        build.precision(),
        build.device(),
        build.libraries(),
        total.machines(),
        plan.tables(),
        images.size(),
        total.images(),
        total.errors(),
        total.rows(),
        plan.application());
  }

  /** The time, ISO 8601, UTC, to the second. */
  public static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Adds the counts of earlier runs, and stops the run when there are too many errors. */
  private record Watch(
      Meter meter, ShardResult before, long total, long maxErrors, AtomicLong finishedErrors)
      implements Scheduler.Watcher {
    Watch(Meter meter, ShardResult before, long total, long maxErrors) {
      this(meter, before, total, maxErrors, new AtomicLong(before.errors()));
    }

    @Override
    public void progress(long results, long errors) {
      long fresh = results + errors;
      meter.show(before.images() + before.errors() + fresh, before.errors() + errors, fresh, total);
    }

    @Override
    public void warn(String text) {
      meter.warn(text);
    }

    @Override
    public boolean finished(ShardResult result) {
      return finishedErrors.addAndGet(result.errors()) <= maxErrors;
    }
  }
}
