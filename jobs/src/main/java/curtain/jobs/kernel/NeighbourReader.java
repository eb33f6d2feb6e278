package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.KernelRows;
import curtain.jobs.gram.NeighbourRow;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Spread;
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

/** Reads the table {@code neighbours}. */
final class NeighbourReader {
  /** The columns that name the image of a row. */
  private record Key(long position, String imageId) {}

  /** The number of images that are shown without {@code --image} and {@code --limit}. */
  static final int SOME = 24;

  private NeighbourReader() {}

  /**
   * Chooses images that have neighbours.
   *
   * @param ids the images to choose from; empty for all
   * @param limit number of images, the first ones; null for all of {@code ids}, or without ids
   *     {@link #SOME} at equal distances, as the first ones are mostly of one class
   * @return positions of the images
   * @throws RunException naming an image that was asked for and has no neighbours
   */
  static BitSet choose(FinishedOutput input, Set<String> ids, Long limit, Configuration conf)
      throws IOException, RunException {
    BitSet there = new BitSet();
    Set<String> missing = new LinkedHashSet<>(ids);
    for (Path part : input.parts(GramTables.NEIGHBOURS.name())) {
      TableReader.forEach(
          GramTables.NEIGHBOURS.select(Key.class),
          part,
          conf,
          row -> {
            if (ids.isEmpty() || ids.contains(row.imageId())) {
              missing.remove(row.imageId());
              there.set(Math.toIntExact(row.position()));
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
   * @param positions positions of the images
   * @return rows of each image by rank, in the order of positions
   */
  static List<List<NeighbourRow>> read(
      FinishedOutput input, String kernel, BitSet positions, Configuration conf)
      throws IOException, RunException {
    List<NeighbourRow> rows = new ArrayList<>();
    KernelRows.forEach(
        input,
        GramTables.NEIGHBOURS,
        kernel,
        conf,
        row -> {
          if (positions.get(Math.toIntExact(row.position()))) {
            rows.add(row);
          }
        });
    rows.sort(
        Comparator.comparingLong(NeighbourRow::position).thenComparingInt(NeighbourRow::rank));
    List<List<NeighbourRow>> images = new ArrayList<>();
    for (NeighbourRow row : rows) {
      List<NeighbourRow> last = images.isEmpty() ? null : images.get(images.size() - 1);
      if (last == null || last.get(0).position() != row.position()) {
        last = new ArrayList<>();
        images.add(last);
      }
      last.add(row);
    }
    return images;
  }
}
