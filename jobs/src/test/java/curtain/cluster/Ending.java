package curtain.cluster;

import curtain.jobs.Main;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program: commands one after the other, each an argument, its words between tabs. Then it prints
 * the threads that keep the process from its end.
 */
final class Ending {
  private static final long SECONDS = 5;

  private Ending() {}

  /** Runs them; the first that fails ends the process. */
  public static void main(String[] arguments) throws InterruptedException {
    for (String command : arguments) {
      Main.main(command.split("\t", -1));
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!others().isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    System.out.println("threads: " + others());
  }

  private static List<String> others() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread != Thread.currentThread() && !thread.isDaemon())
        .filter(thread -> !thread.getName().equals("DestroyJavaVM"))
        .map(Thread::getName)
        .sorted()
        .toList();
  }
}
