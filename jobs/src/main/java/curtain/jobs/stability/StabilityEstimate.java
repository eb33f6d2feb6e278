package curtain.jobs.stability;

import curtain.engine.LoadedProgram;
import curtain.stability.StabilityKernel;
import curtain.stability.StabilitySums;
import java.util.Collections;
import java.util.List;

/**
 * An estimate of the time of a run, from timed batches of black images on one checkpoint. All three
 * are in seconds for a batch.
 *
 * @param observe passes of one checkpoint with its own gates
 * @param lend what one checkpoint of {@code --gates-from} adds
 * @param frozen a pass with the weights of one checkpoint and the gates of another
 */
record StabilityEstimate(double observe, double lend, double frozen) {

  /** Number of checkpoints timed together, so that the time of a frozen pass shows. */
  private static final int SEVERAL = 5;

  /** The largest number of repetitions; the shortest time counts. */
  private static final int REPEAT = 5;

  /** Seconds of repetitions after which a batch is not timed again. */
  private static final double ENOUGH = 1;

  /** Number of images in a timed batch where whole batches take long. */
  private static final int FEW = 4;

  /** Measures on this machine, with a few batches, which are small where batches take long. */
  static StabilityEstimate measure(LoadedProgram program, int batch, double temperature) {
    // The first call is slow, as methods are loaded and Java compiles loops: its time only decides
    // the size of batches.
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

  /** Seconds for a number of batches, checkpoints, and checkpoints of {@code --gates-from}. */
  double seconds(long batches, int checkpoints, int gatesFrom) {
    return batches * (checkpoints * observe + gatesFrom * (lend + (double) checkpoints * frozen));
  }
}
