package curtain.jobs.ascend;

import curtain.ascent.Ascent;
import curtain.ascent.AscentKernel;
import curtain.ascent.AscentOptions;
import curtain.engine.LoadedProgram;
import curtain.gates.Gate;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.TemperatureChoice;
import curtain.jobs.tables.Rows;
import curtain.jobs.task.LabelledBatches.Labelled;
import curtain.pullback.Targets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs walks along every direction and at every temperature, and writes their rows. Every
 * temperature needs a walk of its own, as the points differ from the first step on.
 */
final class AscentWalks implements AutoCloseable {
  /** The kernel and the rows of one direction at one temperature. */
  private record Way(AscentKernel kernel, AscentRows writer) {}

  private final List<Way> ways = new ArrayList<>();
  private final PullbackGoals goals;
  private final AscentOptions ascent;
  private final int batchSize;

  /**
   * Loads the programs.
   *
   * @param programs one for each direction, in the order of rows, of one network
   * @param goals logits or neurons that are raised
   * @param ascent number, length and radius of steps
   * @param batchSize pairs of image and target in a micro-batch
   * @throws IOException if a program cannot be loaded
   */
  AscentWalks(
      List<AscentProgram> programs, PullbackGoals goals, AscentOptions ascent, int batchSize)
      throws IOException {
    this.goals = goals;
    this.ascent = ascent;
    this.batchSize = batchSize;
    try {
      for (AscentProgram program : programs) {
        open(program);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Adds the walks along one direction, one for each temperature, in the order of rows. */
  private void open(AscentProgram program) throws IOException {
    LoadedProgram loaded = program.program().load(batchSize);
    Gate gate = loaded.info().options().gate();
    TemperatureChoice choice = program.temperatures();
    if (choice == null) {
      // programs of hard gates and pools take a temperature and do not use it
      ways.add(
          new Way(
              new AscentKernel(loaded, batchSize, 1, ascent),
              new AscentRows(program.direction(), gate, null, null, goals, ascent.keepSteps())));
      return;
    }
    for (int m = 0; m < choice.factors().size(); m++) {
      ways.add(
          new Way(
              new AscentKernel(loaded, batchSize, choice.temperatures().only(m), ascent),
              new AscentRows(
                  program.direction(),
                  gate,
                  choice.factors().get(m),
                  choice.unit(),
                  goals,
                  ascent.keepSteps())));
    }
  }

  /** The largest number of pairs of image and target for one call of {@link #walk}. */
  int rows() {
    return ways.get(0).kernel().rows();
  }

  /**
   * The classes that the targets are for each image, the same for all directions and temperatures;
   * see {@link AscentKernel#classes}.
   */
  List<List<Integer>> classes(List<byte[]> images, Targets targets) {
    return ways.get(0).kernel().classes(images, targets);
  }

  /**
   * Walks from images towards their targets, see {@link AscentKernel#run}.
   *
   * @return walks by direction and temperature, then image, then target
   */
  List<List<List<Ascent>>> walk(List<byte[]> images, List<List<Integer>> classes) {
    return ways.stream().map(way -> way.kernel().run(images, classes)).toList();
  }

  /**
   * Writes the walks from one image, by target, then direction, then temperature.
   *
   * @param walks result of {@link #walk}
   * @param at index of the image in it
   * @return whether all of them are finite; nothing is written where one is not
   */
  boolean write(List<List<List<Ascent>>> walks, int at, Labelled image, Rows rows)
      throws IOException {
    if (!walks.stream().flatMap(all -> all.get(at).stream()).allMatch(Ascent::isFinite)) {
      return false;
    }
    for (int k = 0; k < walks.get(0).get(at).size(); k++) {
      for (int way = 0; way < ways.size(); way++) {
        Ascent walk = walks.get(way).get(at).get(k);
        ways.get(way).writer().write(rows, image.image(), image.label(), walk);
      }
    }
    return true;
  }

  @Override
  public void close() {
    ways.forEach(way -> way.kernel().close());
  }
}
