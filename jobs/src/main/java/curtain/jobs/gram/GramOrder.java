package curtain.jobs.gram;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order in which a heat map shows images: by label, then by position, those without a label
 * last. Where there are more images than cells, images next to each other share a cell; those of
 * two classes do so only where there are more classes than cells.
 *
 * @param cell index of the cell of each position
 * @param members number of images in each cell
 * @param labels labels of the groups of cells, in order; one {@link GramSide#NONE} where there are
 *     more classes than cells
 * @param sizes number of cells in each group
 * @param together upper bound of the number of images in a cell
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
record GramOrder(
    int[] cell, int[] members, List<Integer> labels, List<Integer> sizes, int together) {
  /** The largest number of cells along a side of a picture. */
  static final int MOST = 2000;

  /**
   * The order of the images of a side.
   *
   * @param most largest number of cells, at least 1
   */
  static GramOrder of(GramSide side, int most) {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    for (int label : side.labels()) {
      counts.merge(label, 1, Integer::sum);
    }
    TreeMap<Integer, Integer> begins = new TreeMap<>();
    int begin = 0;
    for (Map.Entry<Integer, Integer> each : counts.entrySet()) {
      begins.put(each.getKey(), begin);
      begin += each.getValue();
    }
    // the place of each image in the order; begins counts up
    int[] place = new int[side.size()];
    for (int i = 0; i < place.length; i++) {
      place[i] = begins.merge(side.labels()[i], 1, Integer::sum) - 1;
    }
    return counts.size() > most
        ? grouped(place, List.of(GramSide.NONE), List.of(side.size()), most)
        : grouped(place, List.copyOf(counts.keySet()), List.copyOf(counts.values()), most);
  }

  private static GramOrder grouped(
      int[] place, List<Integer> labels, List<Integer> counts, int most) {
    int together = Math.max(1, place.length / most);
    while (cells(counts, together) > most) {
      together++;
    }
    int[] cellOfPlace = new int[place.length];
    int[] members = new int[cells(counts, together)];
    List<Integer> sizes = new ArrayList<>();
    int at = 0;
    int from = 0;
    for (int count : counts) {
      int cells = (count + together - 1) / together;
      for (int i = 0; i < count; i++) {
        int cell = from + (int) ((long) i * cells / count);
        cellOfPlace[at++] = cell;
        members[cell]++;
      }
      sizes.add(cells);
      from += cells;
    }
    int[] cell = new int[place.length];
    for (int i = 0; i < cell.length; i++) {
      cell[i] = cellOfPlace[place[i]];
    }
    return new GramOrder(cell, members, labels, sizes, together);
  }

  private static int cells(List<Integer> counts, int together) {
    return counts.stream().mapToInt(count -> (count + together - 1) / together).sum();
  }

  /** The number of cells. */
  int cells() {
    return members.length;
  }

  /** The index of the group of each cell. */
  int[] groups() {
    int[] groups = new int[cells()];
    int at = 0;
    for (int group = 0; group < sizes.size(); group++) {
      for (int i = 0; i < sizes.get(group); i++) {
        groups[at++] = group;
      }
    }
    return groups;
  }
}
