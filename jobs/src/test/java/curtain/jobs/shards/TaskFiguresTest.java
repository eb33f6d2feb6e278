package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** What Spark's pages, and its Prometheus servlet, show of tasks. */
@Tag("engine")
class TaskFiguresTest {
  private static final int TASKS = 2;
  private static final Queue<Map<String, Double>> SHOWN = new ConcurrentLinkedQueue<>();

  /** Keeps each task's figures, as Spark's pages have them; Spark makes it by its name. */
  public static final class Pages extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
      Map<String, Double> figures = new TreeMap<>();
      for (AccumulableInfo value : JavaConverters.seqAsJavaList(event.taskInfo().accumulables())) {
        if (!value.name().get().startsWith("internal.")) {
          figures.put(value.name().get(), Double.parseDouble(value.update().get().toString()));
        }
      }
      SHOWN.add(figures);
    }
  }

  /** A task of known times. */
  private record Timed() implements Task<Integer> {
    @Override
    public ShardResult run(Integer work, Configuration conf, ShardKernel.Ticker progress)
        throws IOException {
      TaskTimes times = TaskTimes.ofThisThread();
      long now = System.nanoTime();
      times.beside(TaskTimes.Part.DECODE, now - 4_000_000_000L);
      times.beside(TaskTimes.Part.WRITE, now - 5_000_000_000L);
      progress.done(6, 1);
      long since = System.nanoTime();
      sleep(100);
      times.own(TaskTimes.Part.WAIT, since);
      sleep(200);
      progress.done(3, 0);
      return ShardResult.NONE;
    }

    private static void sleep(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private record Watching() implements Scheduler.Watcher {
    @Override
    public String counted() {
      return "tiles";
    }

    @Override
    public void progress(long results, long errors) {
      // not asked for
    }

    @Override
    public boolean finished(ShardResult result) {
      return true;
    }
  }

  @Test
  void everyTaskHasItsFiguresAndPrometheusTheirSums() throws Exception {
    SparkConf spark =
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("test")
            .set("spark.ui.port", "0")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.extraListeners", Pages.class.getName())
            .set("spark.plugins", MetricsPlugin.class.getName())
            .set("spark.metrics.conf.driver.sink.prometheusServlet.class", SINK)
            .set("spark.metrics.conf.driver.sink.prometheusServlet.path", "/metrics/prometheus");
    String metrics;
    try (SparkScheduler scheduler = new SparkScheduler(spark)) {
      scheduler.run(new Timed(), List.of(1, 2), new Configuration(), new Watching());
      metrics = prometheus();
    }
    assertEquals(TASKS, SHOWN.size());
    for (Map<String, Double> task : SHOWN) {
      assertEquals(9, task.get("tiles done"), task.toString());
      assertEquals(1, task.get("errors"), task.toString());
      assertEquals(4, Math.floor(task.get("decode seconds")), task.toString());
      assertEquals(5, Math.floor(task.get("write seconds")), task.toString());
      double waited = task.get("wait seconds");
      double device = task.get("device seconds");
      assertTrue(waited >= 0.1 && device >= 0.2, task.toString());
      assertEquals(10 / (waited + device), task.get("tiles/s"), 0.5, task.toString());
    }
    for (String process : List.of("run", "executor")) {
      assertTrue(value(metrics, process + "_decode_seconds") >= 8, metrics);
      assertTrue(value(metrics, process + "_write_seconds") >= 10, metrics);
      assertTrue(value(metrics, process + "_wait_seconds") >= 0.2, metrics);
      assertTrue(value(metrics, process + "_device_seconds") >= 0.4, metrics);
      assertTrue(value(metrics, process + "_images") >= 20, metrics);
      assertTrue(value(metrics, process + "_errors") >= 2, metrics);
    }
  }

  private static final String SINK = "org.apache.spark.metrics.sink.PrometheusServlet";

  private static String prometheus() throws Exception {
    String page = SparkContext.getOrCreate().uiWebUrl().get() + "/metrics/prometheus/";
    HttpResponse<String> got =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(page)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(200, got.statusCode(), page + ": " + got.headers());
    return got.body();
  }

  /** Of the first line of a metric, whatever type Dropwizard gives it. */
  private static double value(String metrics, String name) {
    String line =
        metrics
            .lines()
            .filter(each -> each.matches(".*MetricsPlugin_" + name + "_(Value|Count)\\{.*"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(name + ": " + metrics));
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
