package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.KernelRows;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Spread;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A row of {@code neighbours/} (spec 12); labels may be null. */
record Neighbour(
    String kernel,
    long position,
    String imageId,
    Integer label,
    int rank,
    long neighbourPosition,
    String neighbourId,
    Integer neighbourLabel,
    Double similarity) {
  private static final Table KEYS = KernelRows.some(GramTables.NEIGHBOURS, "position", "image_id");

  /** Without {@code --image} and {@code --limit} so many images are shown. */
  static final int SOME = 24;

  /**
   * Chooses images that have neighbours.
   *
   * @param ids only these, any where it is empty
   * @param limit the first so many; null for all of ids, or else {@link #SOME} at equal distances,
   *     for the first ones are mostly of one class
   * @return positions
   * @throws RunException naming what was asked for and is not there
   */
  static BitSet choose(FinishedOutput input, Set<String> ids, Long limit, Configuration conf)
      throws IOException, RunException {
    BitSet there = new BitSet();
    Set<String> missing = new LinkedHashSet<>(ids);
    for (Path part : input.parts(GramTables.NEIGHBOURS.name())) {
      TableReader.forEach(
          KEYS,
          part,
          conf,
          row -> {
            if (ids.isEmpty() || ids.contains((String) row[1])) {
              missing.remove((String) row[1]);
              there.set(Math.toIntExact((Long) row[0]));
            }
          });
    }
    for (String id : missing) {
      throw new RunException(
          String.format(
              Locale.ROOT, "--image %s has no neighbours in --input %s", id, input.given()));
    }
    int[] positions = there.stream().toArray();
    boolean spread = ids.isEmpty() && limit == null;
    long most = spread ? SOME : limit == null ? positions.length : limit;
    int count = (int) Math.min(most, positions.length);
    BitSet chosen = new BitSet();
    for (int place : Spread.of(spread ? positions.length : count, count)) {
      chosen.set(positions[place]);
    }
    return chosen;
  }

  /**
   * Reads the neighbours of some images by one kernel.
   *
   * @return by position, each image's by rank
   */
  static List<List<Neighbour>> read(
      FinishedOutput input, String kernel, BitSet positions, Configuration conf)
      throws IOException, RunException {
    List<Neighbour> rows = new ArrayList<>();
    KernelRows.forEach(
        input,
        GramTables.NEIGHBOURS,
        kernel,
        conf,
        row -> {
          if (positions.get(Math.toIntExact((Long) row[1]))) {
            rows.add(
                new Neighbour(
                    (String) row[0],
                    (Long) row[1],
                    (String) row[2],
                    (Integer) row[3],
                    (Integer) row[4],
                    (Long) row[5],
                    (String) row[6],
                    (Integer) row[7],
                    (Double) row[8]));
          }
        });
    rows.sort(Comparator.comparingLong(Neighbour::position).thenComparingInt(Neighbour::rank));
    List<List<Neighbour>> images = new ArrayList<>();
    for (Neighbour row : rows) {
      List<Neighbour> last = images.isEmpty() ? null : images.get(images.size() - 1);
      if (last == null || last.get(0).position != row.position) {
        last = new ArrayList<>();
        images.add(last);
      }
      last.add(row);
    }
    return images;
  }

  /** Whether both have labels, and different ones. */
  boolean isOfAnotherClass() {
    return label != null && neighbourLabel != null && !label.equals(neighbourLabel);
  }
}
