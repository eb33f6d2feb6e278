package curtain.cluster;

import curtain.fixtures.Surroundings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to run a cluster: tests run in two processes, and clusters share folders, and memory
 * for six JVMs.
 */
record OneCluster(FileChannel locked) {
  /** Waits until no other process has it; skips the test where there can be none. */
  static OneCluster await() throws IOException {
    Surroundings.assumeUserName();
    Path file = Installation.ROOT.resolve("jobs/target/cluster.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    return new OneCluster(channel);
  }

  /** Gives it back, and removes what a local cluster's executors leave, copies of the jars. */
  void close() throws IOException {
    try {
      Installation.deleteTree(Installation.SPARK_HOME.resolve("work"));
    } finally {
      locked.close();
    }
  }
}
