package curtain.jobs;

import curtain.engine.Ascent;
import curtain.engine.AscentKernel;
import curtain.engine.AscentOptions;
import curtain.engine.LoadedProgram;
import curtain.engine.TargetChoice;
import curtain.gates.Gate;
import curtain.images.ClassList;
import curtain.images.ImageOptions;
import curtain.images.ImageRef;
import curtain.jobs.LabelledBatches.Labelled;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * Decodes images, walks from each of them towards its targets and writes where the walks went. A
 * batch's images are taken so few at a time that their targets fill one micro-batch: only these
 * walks are in memory. An image's row in it goes by its place among the images, and an erroneous
 * image leaves its row empty: some convolutions round differently in another row, and walks are
 * chaotic.
 *
 * <p>Every temperature is a walk of its own: walks part at the first step.
 *
 * @param programs one for each direction, in the order of rows, of one network
 * @param options size and transform
 * @param classes of the network, that labels are read by
 * @param goals logits or neurons that are raised
 * @param ascent how far
 * @param batchSize of micro-batches
 */
record AscentsKernel(
    List<AscentProgram> programs,
    ImageOptions options,
    ClassList classes,
    PullbackGoals goals,
    AscentOptions ascent,
    int batchSize)
    implements ShardKernel {

  @Override
  public List<Table> tables() {
    return List.of(AscentRows.TABLE, Table.ERRORS);
  }

  /** Walks and rows of a direction, at one temperature. */
  private record Way(AscentKernel kernel, AscentRows writer) {}

  @Override
  public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException {
    List<Way> ways = new ArrayList<>();
    long first = images.isEmpty() ? 0 : images.get(0).ordinal();
    long results = 0;
    try (LabelledBatches batches =
        new LabelledBatches(
            images,
            options,
            classes,
            goals.targets().kind() == TargetChoice.Kind.LABEL,
            batchSize,
            conf,
            rows,
            progress)) {
      for (AscentProgram program : programs) {
        open(program, ways);
      }
      while (batches.hasNext()) {
        for (List<Labelled> part : parts(batches.next(), first)) {
          long done = ascend(ways, part, first, rows);
          progress.done(done, part.size() - done);
          results += done;
        }
      }
    } finally {
      ways.forEach(way -> way.kernel().close());
    }
    return results;
  }

  /** A direction's walks: at each temperature, in the order of rows. */
  private void open(AscentProgram program, List<Way> ways) throws IOException {
    LoadedProgram loaded = program.program().load();
    Gate gate = loaded.info().options().gate();
    TemperatureChoice choice = program.temperatures();
    if (choice == null) {
      // hard gates and pools take a temperature, and do not use it
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

  /** Images that are walked from at once. */
  private int together() {
    TargetChoice targets = goals.targets();
    int each =
        switch (targets.kind()) {
          case TOP -> targets.top();
          case LABEL -> 1;
          case CLASSES -> targets.classes().size();
        };
    return Math.max(1, batchSize / each);
  }

  /**
   * An image's place in its batch, erroneous images counted.
   *
   * @param first ordinal of the first batch's first image, which is no multiple of the batch where
   *     a run goes on with batches of another size
   */
  private int place(Labelled image, long first) {
    return (int) ((image.image().ref().ordinal() - first) % batchSize);
  }

  private Collection<List<Labelled>> parts(List<Labelled> batch, long first) {
    return batch.stream()
        .collect(
            Collectors.groupingBy(
                image -> place(image, first) / together(), TreeMap::new, Collectors.toList()))
        .values();
  }

  /** Walks from a few images and writes; returns the number of images that gave results. */
  private long ascend(List<Way> ways, List<Labelled> images, long first, Rows rows)
      throws IOException {
    int size = place(images.get(images.size() - 1), first) % together() + 1;
    byte[] black = new byte[images.get(0).image().pixels().length];
    List<byte[]> pixels = new ArrayList<>(Collections.nCopies(size, black));
    List<Integer> labels = new ArrayList<>(Collections.nCopies(size, 0));
    for (Labelled image : images) {
      pixels.set(place(image, first) % together(), image.image().pixels());
      labels.set(place(image, first) % together(), image.label());
    }
    // once for all ways, which are to have the same targets
    List<List<Integer>> chosen = ways.get(0).kernel().classes(pixels, goals.targets().of(labels));
    List<List<List<Ascent>>> walks =
        ways.stream().map(way -> way.kernel().run(pixels, chosen)).toList();
    long results = 0;
    for (Labelled image : images) {
      int at = place(image, first) % together();
      if (!walks.stream().flatMap(all -> all.get(at).stream()).allMatch(Ascent::isFinite)) {
        LabelledBatches.refuse(image.image().ref(), goals.notFinite(), rows);
        continue;
      }
      for (int k = 0; k < chosen.get(at).size(); k++) {
        for (int way = 0; way < ways.size(); way++) {
          Ascent walk = walks.get(way).get(at).get(k);
          ways.get(way).writer().write(rows, image.image(), image.label(), walk);
        }
      }
      results++;
    }
    return results;
  }
}
