package curtain.demo;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import curtain.engine.Libtorch;
import curtain.engine.MicroBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;

/**
 * Trains {@code demo_cnn}: Adam on the mean cross-entropy of batches, the step size falling along a
 * cosine; checkpoints are closer together at the beginning, where the network changes most. The
 * same seed gives the same weights on the same machine with the same number of threads.
 *
 * @param seed of the first weights and of the order of the images
 * @param steps number of updates, 1 and up
 * @param batch images in an update
 * @param rate the first step size
 * @param checkpoints to keep, the untrained network and the last one among them, 2 and up
 */
public record DemoTraining(long seed, int steps, int batch, double rate, int checkpoints) {
  /** What is told while it trains. */
  public interface Meter {
    /** A step was made; the loss is its batch's. */
    void step(int step, double loss);

    /** A checkpoint was written; the accuracy, 0 to 1, is that on held-out images. */
    void checkpoint(int step, double accuracy) throws IOException;
  }

  /** File of the checkpoint after so many steps. */
  public static String name(int step) {
    return String.format(Locale.ROOT, "step%05d.safetensors", step);
  }

  /**
   * The steps after which there is a checkpoint: rint((k/(K - 1))^2 steps), k from 0, each once.
   */
  public List<Integer> kept() {
    TreeSet<Integer> kept = new TreeSet<>();
    for (int k = 0; k < checkpoints; k++) {
      double share = k / (checkpoints - 1.0);
      kept.add((int) Math.rint(share * share * steps));
    }
    return List.copyOf(kept);
  }

  /**
   * Trains on the CPU, and writes the checkpoints.
   *
   * @param train what it learns, at least a batch of images
   * @param heldOut what each checkpoint is judged by
   * @param classes number of logits
   * @param directory of the checkpoints, which is there
   * @return the last checkpoint's accuracy on the held-out images, 0 to 1
   * @throws IOException if a file cannot be written
   */
  public double run(
      LabelledPixels train, LabelledPixels heldOut, int classes, Path directory, Meter meter)
      throws IOException {
    Random random = new Random(seed);
    Optimizer optimizer =
        Optimizer.adam()
            .optLearningRateTracker(
                Tracker.cosine()
                    .setBaseValue((float) rate)
                    .optFinalValue((float) rate / 100)
                    .setMaxUpdates(steps)
                    .build())
            .build();
    double accuracy = 0;
    Libtorch.start();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      TrainedNetwork network = new TrainedNetwork(manager, classes, random);
      MicroBatch buffer = new MicroBatch(batch, DemoImage.SIDE);
      List<Integer> order = new ArrayList<>();
      List<Integer> kept = kept();
      for (int step = 0; step <= steps; step++) {
        if (kept.contains(step)) {
          write(network, directory.resolve(name(step)));
          accuracy = accuracy(manager, network, buffer, heldOut);
          meter.checkpoint(step, accuracy);
        }
        if (step < steps) {
          if (order.size() < batch) {
            order = shuffled(train.size(), random);
          }
          List<Integer> chosen = order.subList(order.size() - batch, order.size());
          meter.step(step + 1, update(manager, network, optimizer, buffer, train, chosen));
          chosen.clear();
        }
      }
    }
    return accuracy;
  }

  private static List<Integer> shuffled(int size, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return order;
  }

  private static double update(
      NDManager manager,
      TrainedNetwork network,
      Optimizer optimizer,
      MicroBatch buffer,
      LabelledPixels train,
      List<Integer> chosen) {
    try (NDManager call = manager.newSubManager()) {
      NDArray x = buffer.fill(call, chosen.stream().map(train.pixels()::get).toList());
      NDArray labels = call.create(chosen.stream().mapToLong(i -> train.labels().get(i)).toArray());
      NDArray loss;
      try (GradientCollector collector = Libtorch.start().newGradientCollector()) {
        NDArray logProbabilities = network.forward(x, true).logSoftmax(1);
        loss = logProbabilities.gather(labels.expandDims(1), 1).mean().neg();
        collector.backward(loss);
      }
      network
          .parameters()
          .forEach(
              (name, parameter) -> {
                try (NDArray gradient = parameter.getGradient()) {
                  optimizer.update(name, parameter, gradient);
                  // PyTorch would add the next one to it.
                  gradient.subi(gradient);
                }
              });
      return loss.getFloat();
    }
  }

  private static double accuracy(
      NDManager manager, TrainedNetwork network, MicroBatch buffer, LabelledPixels images) {
    int right = 0;
    int batch = buffer.rows();
    for (int from = 0; from < images.size(); from += batch) {
      int to = Math.min(images.size(), from + batch);
      try (NDManager call = manager.newSubManager()) {
        NDArray x = buffer.fill(call, images.pixels().subList(from, to));
        long[] predicted = network.forward(x, false).argMax(1).toLongArray();
        for (int i = from; i < to; i++) {
          right += predicted[i - from] == images.labels().get(i) ? 1 : 0;
        }
      }
    }
    return right / (double) images.size();
  }

  private static void write(TrainedNetwork network, Path file) throws IOException {
    // Under a name that no reader takes for a checkpoint until it is whole.
    Path unfinished = file.resolveSibling("." + file.getFileName());
    network.stateDict().writeSafetensors(unfinished);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
