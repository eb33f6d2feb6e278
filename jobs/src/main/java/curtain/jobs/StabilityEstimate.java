package curtain.jobs;

import curtain.engine.LoadedProgram;
import curtain.engine.StabilityKernel;
import curtain.engine.StabilitySums;
import java.util.Collections;
import java.util.List;

/**
 * How long a run will take, from a batch of black images on one checkpoint: seconds a batch of one
 * observing pass, of what a lending checkpoint needs, and of a checkpoint under lent gates.
 */
record StabilityEstimate(double observe, double lend, double frozen) {

  /** Checkpoints under one's gates that are timed together: the difference to one is to be seen. */
  private static final int SEVERAL = 5;

  /** Short batches are timed so often; the shortest time counts. */
  private static final int REPEAT = 5;

  private static final long ENOUGH_NANOS = 1_000_000_000L;

  /** Times them; a few batches. */
  static StabilityEstimate measure(LoadedProgram program, int batch, double temperature) {
    // Not used: Java compiles the kernel's loops meanwhile, and what is timed first seems slow.
    seconds(program, SEVERAL, 1, batch, temperature);
    double observe = seconds(program, 1, 0, batch, temperature);
    double one = seconds(program, 1, 1, batch, temperature);
    double several = seconds(program, SEVERAL, 1, batch, temperature);
    double frozen = Math.max(0, (several - one) / (SEVERAL - 1) - observe);
    return new StabilityEstimate(observe, Math.max(0, one - observe - frozen), frozen);
  }

  private static double seconds(
      LoadedProgram program, int checkpoints, int gatesFrom, int batch, double temperature) {
    int side = program.info().imageSize();
    List<byte[]> images = Collections.nCopies(batch, new byte[3 * side * side]);
    List<List<Integer>> targets = Collections.nCopies(batch, List.of(0));
    StabilitySums sums = new StabilitySums(checkpoints, gatesFrom, program.info().relus(), false);
    try (StabilityKernel kernel =
        new StabilityKernel(
            Collections.nCopies(checkpoints, program),
            Collections.nCopies(gatesFrom, 0),
            batch,
            temperature,
            sums)) {
      kernel.run(images, targets);
      long begin = System.nanoTime();
      long shortest = Long.MAX_VALUE;
      for (int i = 0; i < REPEAT && System.nanoTime() - begin < ENOUGH_NANOS; i++) {
        long start = System.nanoTime();
        kernel.run(images, targets);
        shortest = Math.min(shortest, System.nanoTime() - start);
      }
      return shortest / 1e9;
    }
  }

  /** Seconds for so many batches. */
  double seconds(long batches, int checkpoints, int gatesFrom) {
    return batches * (checkpoints * observe + gatesFrom * (lend + (double) checkpoints * frozen));
  }
}
