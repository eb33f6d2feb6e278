package curtain.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The names along one side of a heat map.
 *
 * @param title title of the side
 * @param bands names with their cells, in order, without gaps, from cell 0
 * @param grouped whether bands are groups of cells, with a line between them
 * @param cells what each cell is called where one is pointed at; none for the name of its band
 */
public record Side(String title, List<Band> bands, boolean grouped, List<String> cells) {
  /**
   * A run of cells with one name.
   *
   * @param from first cell
   * @param to index behind the last cell
   */
  public record Band(String name, int from, int to) {}

  /** Keeps copies. */
  public Side {
    bands = List.copyOf(bands);
    cells = List.copyOf(cells);
  }

  /** A side with a name for each row or column. */
  public static Side cells(String title, List<String> names) {
    List<Band> bands = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      bands.add(new Band(names.get(i), i, i + 1));
    }
    return new Side(title, bands, false, List.of());
  }

  /**
   * A side with a name for each group of rows or columns, {@code sizes.get(i)} of them in the i-th.
   */
  public static Side groups(String title, List<String> names, List<Integer> sizes) {
    if (names.size() != sizes.size()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d names for %d groups", names.size(), sizes.size()));
    }
    List<Band> bands = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < names.size(); i++) {
      bands.add(new Band(names.get(i), from, from + sizes.get(i)));
      from += sizes.get(i);
    }
    return new Side(title, bands, true, List.of());
  }

  /** The same with a name for each cell, or with none. */
  public Side naming(List<String> names) {
    return new Side(title, bands, grouped, names);
  }

  /** Number of rows or columns. */
  int size() {
    return bands.isEmpty() ? 0 : bands.get(bands.size() - 1).to;
  }
}
