package curtain.jobs.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The number of tasks that run at once and the number of threads of each, decided together since
 * they multiply.
 *
 * @param master Spark's master
 * @param perTask number of threads that a task may use
 */
public record Threads(String master, int perTask) {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|\\d+)(?:,\\d+)?])?");

  /** The kinds of work that differ in how tasks use threads. */
  public enum Work {
    /** Plain Java: one thread a task, a task for every thread. */
    JAVA,
    /** A network on the CPU: one task with every thread. */
    NETWORK
  }

  /**
   * Decides on tasks and threads.
   *
   * @param master value of {@code --master} or spark-submit's, or null
   * @param threads value of {@code --threads}, or 0 where it was not given
   * @param work kind of a task's work
   * @param cores number of this machine's cores
   * @param taskCpus value of {@code spark.task.cpus}
   * @throws IllegalArgumentException when {@code --threads} would have no effect
   */
  public static Threads decide(String master, int threads, Work work, int cores, int taskCpus) {
    int wanted = threads == 0 ? cores : threads;
    if (master == null) {
      return work == Work.JAVA
          ? new Threads("local[" + wanted + "]", 1)
          : new Threads("local[1]", wanted);
    }
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      if (work == Work.JAVA) {
        if (threads != 0) {
          throw new IllegalArgumentException(
              "--threads: --master "
                  + master
                  + " already says how many tasks run; give one of them");
        }
        return new Threads(master, 1);
      }
      String slots = local.group(1) == null ? "1" : local.group(1);
      int tasks = slots.equals("*") ? cores : Math.max(1, Integer.parseInt(slots));
      return new Threads(master, Math.max(1, wanted / tasks));
    }
    if (work == Work.JAVA && threads != 0) {
      throw new IllegalArgumentException(
          "--threads is for one machine; on a cluster the executors' cores decide"
              + " (spark.executor.cores)");
    }
    return new Threads(master, work == Work.JAVA ? 1 : threads == 0 ? taskCpus : threads);
  }

  /** Sets Spark's master, and on a cluster {@code spark.task.cpus} to the threads of a task. */
  public void applyTo(SparkConf conf) {
    conf.setMaster(master);
    if (!LOCAL.matcher(master).matches()) {
      conf.set("spark.task.cpus", String.valueOf(perTask));
    }
  }

  /** Whether Spark runs in this process. */
  public boolean isLocal() {
    return LOCAL.matcher(master).matches();
  }
}
