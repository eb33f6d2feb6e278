package curtain.jobs.shards;

import curtain.engine.HeadStart;
import curtain.engine.NativeFolder;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.JavaConverters;

/**
 * Runs work as Spark tasks, one for each item. Spark starts at the first use, unless it was told to
 * start before, so that wrong options are refused first. Progress comes with the executors'
 * heartbeats.
 */
public final class SparkScheduler implements Scheduler, AutoCloseable {
  private static final String JOB_GROUP = "curtain";

  /** What Spark's memory manager asks for at least, bytes. */
  private static final long LEAST_HEAP = 450L << 20;

  /** A package of Java's that Spark uses, and that Java opens on demand only. */
  private static final String INTERNAL = "sun.nio.ch";

  private final SparkConf conf;
  private final Set<Path> added = new HashSet<>();
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

  @Override
  public int slots() {
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
                      });
                  figures.add(0, 0, times.lap());
                } catch (IOException | UncheckedIOException | FSError e) {
                  FullDisk full = FullDisk.of(e, task.output());
                  if (full != null) {
                    throw full; // it is this process that knows which disk
                  }
                  throw e;
                }
              });
    } catch (Exception e) {
      if (!stopped.get()) {
        throw failure(e);
      }
    } finally {
      context.clearJobGroup();
      context.sc().removeSparkListener(listener);
      shared.destroy();
    }
  }

  /** The task's exception, from within Spark's. */
  private static IOException failure(Exception e) {
    Throwable cause = e;
    while (cause instanceof SparkException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof UncheckedIOException || cause instanceof FSError) {
      cause = cause.getCause();
    }
    if (cause instanceof IOException known) {
      return known;
    }
    return new IOException(PlainWords.named(cause), e);
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
  private static final class Listener extends SparkListener {
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
