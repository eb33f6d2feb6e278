package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many tasks have one GPU, by Spark's settings. */
@Tag("engine")
class GpuShareTest {
  private static int tasks(String master, String amount) {
    SparkConf conf = new SparkConf(false);
    if (master != null) {
      conf.set("spark.master", master);
    }
    if (amount != null) {
      conf.set("spark.task.resource.gpu.amount", amount);
    }
    return GpuShare.tasks(conf, 8);
  }

  @Test
  void onOneMachineAllTasksHaveIt() {
    assertEquals(1, tasks(null, null));
    assertEquals(1, tasks("local", "0.25"));
    assertEquals(3, tasks("local[3]", null));
    assertEquals(3, tasks("local[3,2]", null));
    assertEquals(8, tasks("local[*]", null));
  }

  @Test
  void onAClusterThoseThatAskForAPart() {
    assertEquals(1, tasks("yarn", null));
    assertEquals(1, tasks("yarn", "1"));
    assertEquals(1, tasks("yarn", "2"));
    assertEquals(4, tasks("spark://host:7077", "0.25"));
    assertEquals(3, tasks("yarn", "0.3333333333333333"));
    assertEquals(2, tasks("local-cluster[2,1,1024]", "0.5"));
  }
}
