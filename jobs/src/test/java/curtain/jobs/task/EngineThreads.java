package curtain.jobs.task;

import ai.djl.pytorch.jni.JniUtils;
import curtain.fixtures.Surroundings;
import curtain.jobs.fixtures.Run;
import java.io.IOException;

/** Runs a command, its arguments, and prints its status and the engine's number of threads. */
final class EngineThreads {
  private EngineThreads() {}

  public static void main(String[] arguments) throws IOException {
    Surroundings.prepare();
    Run run = Run.curtain(arguments);
    System.out.println(run.err());
    System.out.println("status " + run.status() + ", threads " + JniUtils.getNumThreads());
    System.exit(0); // Spark's and the engine's threads may live on
  }
}
