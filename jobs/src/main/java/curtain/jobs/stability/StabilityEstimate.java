package curtain.jobs.stability;

import curtain.engine.LoadedProgram;
import curtain.stability.StabilityKernel;
import curtain.stability.StabilitySums;
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

  /** Seconds of one kind of batch after which it is not timed again. */
  private static final double ENOUGH = 1;

  /** Images that tell enough where batches take long. */
  private static final int FEW = 4;

  /** Times them; a few batches, of few images where these take long. */
  static StabilityEstimate measure(LoadedProgram program, int batch, double temperature) {
    // Methods are called for the first time and Java compiles the kernel's loops meanwhile, and
    // what is timed first seems slow. It only tells whether batches take long.
    int few = Math.min(FEW, batch);
    double first = seconds(program, SEVERAL, 1, few, temperature);
    int images = first < ENOUGH ? batch : few;
    double batches = (double) batch / images;
    double observe = batches * seconds(program, 1, 0, images, temperature);
    double one = batches * seconds(program, 1, 1, images, temperature);
    double several = batches * seconds(program, SEVERAL, 1, images, temperature);
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
      double shortest = Double.MAX_VALUE;
      double spent = 0;
      for (int i = 0; i < REPEAT && spent < ENOUGH; i++) {
        long start = System.nanoTime();
        kernel.run(images, targets);
        double seconds = (System.nanoTime() - start) / 1e9;
        shortest = Math.min(shortest, seconds);
        spent += seconds;
      }
      return shortest;
    }
  }

  /** Seconds for so many batches. */
  double seconds(long batches, int checkpoints, int gatesFrom) {
    return batches * (checkpoints * observe + gatesFrom * (lend + (double) checkpoints * frozen));
  }
}
