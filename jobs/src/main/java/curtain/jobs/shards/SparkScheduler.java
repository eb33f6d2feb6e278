package curtain.jobs.shards;

import curtain.engine.HeadStart;
import curtain.engine.NativeFolder;
import curtain.images.ArchiveScan;
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
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.util.LongAccumulator;
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

  /** Reads archives in tasks, where they are many, see {@link SparkScan}. */
  public ArchiveScan scan() {
    return new SparkScan(this::spark);
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
    LongAccumulator results = context.sc().longAccumulator("images done");
    LongAccumulator errors = context.sc().longAccumulator("image errors");
    AtomicBoolean stopped = new AtomicBoolean();
    Listener listener = new Listener(results.id(), errors.id(), watcher, stopped, context);
    context.sc().addSparkListener(listener);
    context.setJobGroup(JOB_GROUP, conf.get("spark.app.name"), false);
    try {
      context
          .parallelize(work, work.size())
          .foreach(
              item -> {
                NativeFolder.prepare(); // an executor begins here
                task.run(
                    item,
                    shared.value().value(),
                    (done, failed) -> {
                      if (TaskContext.get().isInterrupted()) {
                        throw new TaskKilledException("no longer needed");
                      }
                      results.add(done);
                      errors.add(failed);
                    });
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
  static IOException failure(Exception e) {
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
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new IOException(
        cause instanceof SparkException
            ? message
            : cause.getClass().getSimpleName() + ": " + message,
        e);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (spark != null) {
      spark.close();
    }
  }

  /**
   * Sums the counts that running tasks report, by partition, so that a repeated task counts once.
   */
  private static final class Listener extends SparkListener {
    private record Count(long results, long errors) {}

    private final long resultsId;
    private final long errorsId;
    private final Watcher watcher;
    private final AtomicBoolean stopped;
    private final JavaSparkContext context;
    private final Map<Long, Integer> partitions = new ConcurrentHashMap<>();
    private final Map<Integer, Count> running = new ConcurrentHashMap<>();
    private final Map<Integer, Count> finished = new ConcurrentHashMap<>();

    Listener(
        long resultsId,
        long errorsId,
        Watcher watcher,
        AtomicBoolean stopped,
        JavaSparkContext context) {
      this.resultsId = resultsId;
      this.errorsId = errorsId;
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
                  running.merge(partition, count(update._4()), Listener::larger);
                }
              });
      show();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
      int partition = event.taskInfo().partitionId();
      running.remove(partition);
      if (event.taskInfo().successful()
          && finished.putIfAbsent(partition, count(event.taskInfo().accumulables())) == null) {
        Count count = finished.get(partition);
        ShardResult result = new ShardResult(count.results(), count.errors(), Map.of());
        if (!watcher.finished(result) && stopped.compareAndSet(false, true)) {
          context.cancelJobGroup(JOB_GROUP);
        }
      }
      show();
    }

    private Count count(scala.collection.Seq<AccumulableInfo> values) {
      long results = 0;
      long errors = 0;
      for (AccumulableInfo value : JavaConverters.seqAsJavaList(values)) {
        if (value.update().isDefined()) {
          if (value.id() == resultsId) {
            results = (Long) value.update().get();
          } else if (value.id() == errorsId) {
            errors = (Long) value.update().get();
          }
        }
      }
      return new Count(results, errors);
    }

    private static Count larger(Count a, Count b) {
      return a.results() + a.errors() >= b.results() + b.errors() ? a : b;
    }

    private void show() {
      long results = 0;
      long errors = 0;
      for (Map.Entry<Integer, Count> entry : finished.entrySet()) {
        results += entry.getValue().results();
        errors += entry.getValue().errors();
      }
      for (Map.Entry<Integer, Count> entry : running.entrySet()) {
        if (!finished.containsKey(entry.getKey())) {
          results += entry.getValue().results();
          errors += entry.getValue().errors();
        }
      }
      watcher.progress(results, errors);
    }
  }
}
