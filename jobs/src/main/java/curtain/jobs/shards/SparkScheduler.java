package curtain.jobs.shards;

import curtain.engine.HeadStart;
import curtain.engine.LostDevice;
import curtain.engine.NativeFolder;
import curtain.engine.Warnings;
import curtain.images.ArchiveScan;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.JavaConverters;

/**
 * Runs work as Spark tasks, one for each item. Spark starts at the first use, unless it was told to
 * start before, so that wrong options are refused first. Progress comes with the executors'
 * heartbeats.
 */
public final class SparkScheduler implements Scheduler, AutoCloseable {
  private static final String JOB_GROUP = "curtain";

  /** What Spark calls the driver where it also runs tasks. */
  private static final String DRIVER = "driver";

  /** What Spark's memory manager asks for at least, bytes. */
  private static final long LEAST_HEAP = 450L << 20;

  /** A package of Java's that Spark uses, and that Java opens on demand only. */
  private static final String INTERNAL = "sun.nio.ch";

  private final SparkConf conf;
  private final Set<Path> added = new HashSet<>();
  private final Set<String> said = ConcurrentHashMap.newKeySet();
  private List<Path> files = List.of();
  private JavaSparkContext spark;
  private boolean closed;

  /** A scheduler with these settings of Spark, which must have a master and a name. */
  public SparkScheduler(SparkConf conf) {
    this.conf = conf;
  }

  /**
   * Gives the tasks files; to be called before they run.
   *
   * @param shipped local files, which each executor fetches once and finds by name in {@link
   *     org.apache.spark.SparkFiles}
   */
  public void ship(List<Path> shipped) {
    files = List.copyOf(shipped);
  }

  /**
   * Starts Spark.
   *
   * @throws IllegalArgumentException where this process was not started as Spark needs it
   */
  public void start() {
    spark();
  }

  /** Begins to start Spark ahead of its first use. */
  public void begin() {
    HeadStart.begin("curtain spark", this::startUnlessClosed);
  }

  private synchronized void startUnlessClosed() {
    if (!closed) {
      spark();
    }
  }

  private synchronized JavaSparkContext spark() {
    if (spark == null) {
      long heap = Runtime.getRuntime().maxMemory();
      if (heap < LEAST_HEAP && conf.get("spark.testing.memory", null) == null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Java's heap has %,d MiB, and Spark does not start below %,d; set CURTAIN_HEAP=512m"
                    + " or more, or with spark-submit --driver-memory",
                heap >> 20,
                LEAST_HEAP >> 20));
      }
      if (!Object.class.getModule().isExported(INTERNAL, getClass().getModule())) {
        throw new IllegalArgumentException(
            "Spark needs Java's option --add-opens=java.base/"
                + INTERNAL
                + "=ALL-UNNAMED, which this process was started without; give spark-submit"
                + " --properties-file conf/spark-defaults.conf, and what it has for"
                + " spark.driver.extraJavaOptions besides options of your own");
      }
      spark = new JavaSparkContext(conf);
      ClusterDriver.started();
    }
    return spark;
  }

  /** Reads archives in tasks, where they are many, see {@link SparkScan}. */
  public ArchiveScan scan() {
    return new SparkScan(this::spark);
  }

  @Override
  public int slots() {
    if (!spark().isLocal() && GpuSlots.areAssigned(conf)) {
      SparkContext context = spark().sc();
      return GpuSlots.of(conf)
          .await(
              () ->
                  context.maxNumConcurrentTasks(
                      context.resourceProfileManager().defaultResourceProfile()));
    }
    return Math.max(1, spark().defaultParallelism() / conf.getInt("spark.task.cpus", 1));
  }

  @Override
  public boolean isLocal() {
    return spark().isLocal();
  }

  @Override
  public <W extends Serializable> void run(
      Task<W> task, List<W> work, Configuration hadoop, Watcher watcher) throws IOException {
    JavaSparkContext context = spark();
    say(Warnings.drain(), watcher);
    files.stream().filter(added::add).forEach(file -> context.addFile(file.toUri().toString()));
    Broadcast<SerializableConfiguration> shared =
        context.broadcast(new SerializableConfiguration(hadoop));
    TaskFigures figures = new TaskFigures(context.sc(), watcher.counted());
    AtomicBoolean stopped = new AtomicBoolean();
    Listener listener = new Listener(figures, watcher, stopped, context);
    context.sc().addSparkListener(listener);
    context.setJobGroup(JOB_GROUP, conf.get("spark.app.name"), false);
    try {
      context
          .parallelize(work, work.size())
          .foreach(
              item -> {
                NativeFolder.prepare(); // an executor begins here
                try (TaskTimes times = TaskTimes.begin()) {
                  task.run(
                      item,
                      shared.value().value(),
                      (done, failed) -> {
                        if (TaskContext.get().isInterrupted()) {
                          throw new TaskKilledException("no longer needed");
                        }
                        figures.add(done, failed, times.lap());
                        figures.warn(Warnings.drain());
                      });
                  figures.add(0, 0, times.lap());
                  figures.warn(Warnings.drain());
                } catch (IOException | RuntimeException | FSError e) {
                  LostDevice.check(e, runsTasksOnly());
                  FullDisk full = FullDisk.of(e, task.output());
                  if (full != null) {
                    throw full; // it is this process that knows which disk
                  }
                  throw e;
                }
              });
      say(figures.warnings(), watcher);
    } catch (Exception e) {
      if (!stopped.get()) {
        throw SparkFailure.of(e);
      }
    } finally {
      context.clearJobGroup();
      context.sc().removeSparkListener(listener);
      figures.all().tell(); // ends of the last tasks may not have come to the listener
      shared.destroy();
    }
  }

  /**
   * Asks every executor, in as many tasks as run at once. None ends before the time is over, so
   * that each place takes one.
   *
   * @param millis time that a task lasts at least
   * @return the answers, and the executors that have registered, by host and port, those without an
   *     answer among them
   * @throws IOException when a task fails for good
   */
  public <A extends Serializable> Answers<A> ask(Question<A> question, long millis)
      throws IOException {
    JavaSparkContext context = spark();
    int tasks = slots();
    List<Integer> places = IntStream.range(0, tasks).boxed().toList();
    try {
      List<Answer<A>> answers =
          context
              .parallelize(places, tasks)
              .map(
                  place -> {
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
                    NativeFolder.prepare(); // an executor begins here
                    A answer = question.answer();
                    BlockManagerId id = SparkEnv.get().blockManager().blockManagerId();
                    long rest = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    Thread.sleep(Math.max(0, rest));
                    return new Answer<>(id.executorId(), id.hostPort(), answer);
                  })
              .collect();
      List<String> executors =
          Arrays.stream(context.sc().statusTracker().getExecutorInfos())
              .map(info -> info.host() + ":" + info.port())
              .toList();
      return new Answers<>(answers, executors);
    } catch (Exception e) {
      throw SparkFailure.of(e);
    }
  }

  /**
   * What a task is asked.
   *
   * @param <A> type of the answer
   */
  @FunctionalInterface
  public interface Question<A extends Serializable> extends Serializable {
    /** Answers, in a task. */
    A answer() throws IOException;
  }

  /**
   * What a task has answered.
   *
   * @param executor name of its executor
   * @param place host and port of the executor
   */
  public record Answer<A extends Serializable>(String executor, String place, A answer)
      implements Serializable {}

  /**
   * The answers of all tasks.
   *
   * @param executors host and port of each executor that has registered, and of the driver
   */
  public record Answers<A extends Serializable>(List<Answer<A>> answers, List<String> executors) {}

  /** Says warnings that were not said before. */
  private void say(List<?> warnings, Watcher watcher) {
    warnings.stream().map(String::valueOf).filter(said::add).forEach(watcher::warn);
  }

  /** Whether this process is an executor, and not the driver's too. */
  private static boolean runsTasksOnly() {
    return !SparkEnv.get().executorId().equals(DRIVER);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (spark != null) {
      spark.close();
    }
  }

  /**
   * Sums the figures that running tasks report, by partition, so that a repeated task counts once.
   */
  private final class Listener extends SparkListener {
    private final TaskFigures figures;
    private final Watcher watcher;
    private final AtomicBoolean stopped;
    private final JavaSparkContext context;
    private final Map<Long, Integer> partitions = new ConcurrentHashMap<>();
    private final Map<Integer, RunTotals> running = new ConcurrentHashMap<>();
    private final Map<Integer, RunTotals> finished = new ConcurrentHashMap<>();

    Listener(
        TaskFigures figures, Watcher watcher, AtomicBoolean stopped, JavaSparkContext context) {
      this.figures = figures;
      this.watcher = watcher;
      this.stopped = stopped;
      this.context = context;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
      partitions.put(event.taskInfo().taskId(), event.taskInfo().partitionId());
      show();
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate event) {
      JavaConverters.seqAsJavaList(event.accumUpdates())
          .forEach(
              update -> {
                Integer partition = partitions.get((Long) update._1());
                if (partition != null) {
                  running.merge(partition, figures.of(update._4()), RunTotals::later);
                  say(figures.warnings(update._4()), watcher);
                }
              });
      show();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
      int partition = event.taskInfo().partitionId();
      running.remove(partition);
      if (event.taskInfo().successful()) {
        RunTotals done = figures.of(event.taskInfo().accumulables());
        if (finished.putIfAbsent(partition, done) == null) {
          ShardResult result = new ShardResult(done.results(), done.errors(), Map.of());
          if (!watcher.finished(result) && stopped.compareAndSet(false, true)) {
            context.cancelJobGroup(JOB_GROUP);
          }
        }
      }
      show();
    }

    private void show() {
      RunTotals all = finished.values().stream().reduce(RunTotals.NONE, RunTotals::plus);
      for (Map.Entry<Integer, RunTotals> entry : running.entrySet()) {
        if (!finished.containsKey(entry.getKey())) {
          all = all.plus(entry.getValue());
        }
      }
      all.tell();
      watcher.progress(all.results(), all.errors());
    }
  }
}
