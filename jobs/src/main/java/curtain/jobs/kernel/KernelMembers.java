package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.shards.Parts;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Table;
import curtain.scores.Labels;
import curtain.scores.Logits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The images of one side of a Gram, by position.
 *
 * @param ids of the images
 * @param labels null where unknown
 * @param logits null where an image has none
 */
record KernelMembers(List<String> ids, Labels labels, Logits logits) {
  /** What is read of {@link GramTables#MEMBERS}: features are not. */
  private static final Table MEMBERS =
      Table.of(
          GramTables.MEMBERS.name(),
          Column.of("side", ColumnType.STRING),
          Column.of("position", ColumnType.BIGINT),
          Column.of("image_id", ColumnType.STRING),
          Column.of("label", ColumnType.INT),
          Column.large("logits", ColumnType.FLOAT_ARRAY));

  /**
   * Reads a side.
   *
   * @throws IOException when storage fails, or a position is missing or there twice
   */
  static KernelMembers read(Parts gram, String side) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    gram.forEach(
        MEMBERS,
        row -> {
          if (side.equals(row[0])) {
            rows.add(row);
          }
        });
    rows.sort(Comparator.comparing(row -> (Long) row[1]));
    for (int i = 0; i < rows.size(); i++) {
      if ((Long) rows.get(i)[1] != i) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "--input: %s/ has no %s at position %d, or two before it",
                MEMBERS.name(),
                side,
                i));
      }
    }
    boolean known = !rows.isEmpty() && rows.stream().map(row -> row[4]).allMatch(Objects::nonNull);
    return new KernelMembers(
        rows.stream().map(row -> (String) row[2]).toList(),
        new Labels(new ArrayList<>(rows.stream().map(row -> (Integer) row[3]).toList())),
        known
            ? new Logits(rows.stream().map(row -> (float[]) row[4]).toArray(float[][]::new))
            : null);
  }

  /** The number of images. */
  int count() {
    return ids.size();
  }
}
