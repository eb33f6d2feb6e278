package curtain.jobs.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** How many tasks compute on one GPU at once. */
final class GpuShare {
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\*|\\d+)(?:,\\d+)?]");

  private GpuShare() {}

  /** The number of tasks, by Spark's settings in this process; 1 where there is no Spark. */
  static int tasks() {
    SparkEnv env = SparkEnv.get();
    return env == null ? 1 : tasks(env.conf(), Runtime.getRuntime().availableProcessors());
  }

  /**
   * The number by settings: on one machine all tasks have the same GPU; on a cluster a task has the
   * part of a GPU that it asks for.
   */
  static int tasks(SparkConf conf, int cores) {
    String master = conf.get("spark.master", "local");
    if (master.startsWith("local") && !master.startsWith("local-cluster")) {
      Matcher local = LOCAL.matcher(master);
      if (!local.matches()) {
        return 1;
      }
      return local.group(1).equals("*") ? cores : Math.max(1, Integer.parseInt(local.group(1)));
    }
    double amount = conf.getDouble("spark.task.resource.gpu.amount", 1);
    return amount > 0 && amount < 1 ? (int) Math.floor(1 / amount + 1e-9) : 1;
  }
}
