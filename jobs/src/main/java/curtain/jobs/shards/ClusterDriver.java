package curtain.jobs.shards;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A driver that the cluster itself runs, by spark-submit's {@code --deploy-mode cluster}. */
public final class ClusterDriver {
  /** YARN's id of the application; Spark sets it in drivers that YARN runs, and only there. */
  private static final String YARN_APPLICATION = "spark.yarn.app.id";

  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private ClusterDriver() {}

  /** Whether this process is one. */
  public static boolean isThis(SparkConf conf) {
    return conf.get("spark.submit.deployMode", "client").equals("cluster");
  }

  /** The id that YARN gave the application of which this process is the driver; else null. */
  static String application() {
    return System.getProperty(YARN_APPLICATION);
  }

  /** To be called when Spark has started in this process. */
  static void started() {
    STARTED.set(true);
  }

  /**
   * Starts a Spark without executors for a command that has no use for one: a driver that has not
   * started one within 100 seconds, or at all, has failed for YARN. Elsewhere, and where one was
   * started, it does nothing.
   *
   * @param name name of the application
   * @return what stops it
   */
  public static Runnable enrol(String name) {
    SparkConf conf = new SparkConf();
    if (!conf.contains(YARN_APPLICATION) || STARTED.getAndSet(true)) {
      return () -> {};
    }
    conf.setIfMissing("spark.app.name", name);
    conf.set("spark.dynamicAllocation.enabled", "false").set("spark.executor.instances", "0");
    return new JavaSparkContext(conf)::close;
  }
}
