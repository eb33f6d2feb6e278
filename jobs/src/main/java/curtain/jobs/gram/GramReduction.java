package curtain.jobs.gram;

import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.task.RowsByBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds positions to the tables of single images, and merges what units of tiles were reduced to.
 *
 * @param keep what remains of the tiles
 * @param block rows whose units lie behind each other
 * @param cross whether the columns are a second set
 * @param products whether kernels are multiplied with vectors
 */
record GramReduction(Keep keep, int block, boolean cross, boolean products) implements Reduction {
  private static final Table NAMES =
      Table.of(
          GramTables.MEMBERS.name(),
          Column.of("side", ColumnType.STRING),
          Column.of("image_id", ColumnType.STRING),
          Column.of("label", ColumnType.INT));

  @Override
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>(List.of(GramTables.MEMBERS, GramTables.DIAGONAL));
    tables.addAll(ofTiles(keep, products));
    return tables;
  }

  /** The tables of what tiles are reduced to; none where they remain. */
  static List<Table> ofTiles(Keep keep, boolean products) {
    List<Table> tables = new ArrayList<>();
    if (!keep.tiles()) {
      tables.add(GramTables.CLASS_BLOCKS);
      tables.add(GramTables.ROW_SUMS);
    }
    if (keep.kind() == Keep.Kind.TOP) {
      tables.add(GramTables.NEIGHBOURS);
    }
    if (products) {
      tables.add(GramTables.PRODUCTS);
    }
    return tables;
  }

  @Override
  public void reduce(Parts parts, Rows rows) throws IOException {
    number(parts, rows, GramTables.MEMBERS, 1, 0);
    number(parts, rows, GramTables.DIAGONAL, 2, 0, 1);
    if (!keep.tiles()) {
      classBlocks(parts, rows);
      rowSums(parts, rows);
    }
    if (keep.kind() == Keep.Kind.TOP) {
      neighbours(parts, rows);
    }
    if (products) {
      products(parts, rows);
    }
  }

  /** Counts rows of equal keys in the order of their images. */
  private static void number(Parts parts, Rows rows, Table table, int column, int... keys)
      throws IOException {
    Map<List<Object>, Long> counts = new HashMap<>();
    parts.forEach(
        table,
        row -> {
          List<Object> key = new ArrayList<>();
          for (int k : keys) {
            key.add(row[k]);
          }
          row[column] = counts.merge(key, 1L, Long::sum) - 1;
          rows.write(table, row);
        });
  }

  private static void classBlocks(Parts parts, Rows rows) throws IOException {
    Map<List<Object>, double[]> sums = new LinkedHashMap<>();
    parts.forEach(
        GramTables.CLASS_BLOCKS,
        row -> {
          List<Object> key = new ArrayList<>();
          key.add(row[0]);
          key.add(row[1]);
          key.add(row[2]);
          double[] sum = sums.computeIfAbsent(key, none -> new double[2]);
          sum[0] += (Long) row[3];
          sum[1] += (Long) row[3] * (Double) row[4];
        });
    for (Map.Entry<List<Object>, double[]> entry : sums.entrySet()) {
      List<Object> key = entry.getKey();
      double[] sum = entry.getValue();
      rows.write(
          GramTables.CLASS_BLOCKS,
          key.get(0),
          key.get(1),
          key.get(2),
          (long) sum[0],
          sum[1] / sum[0]);
    }
  }

  private void rowSums(Parts parts, Rows rows) throws IOException {
    RowsByBlock<double[]> sums = new RowsByBlock<>();
    parts.forEach(
        GramTables.ROW_SUMS,
        row -> {
          long position = (Long) row[1];
          sums.flushBefore(position, block, (kernel, at, sum) -> writeSum(rows, kernel, at, sum));
          sums.at((String) row[0], position, () -> new double[1])[0] += (Double) row[2];
        });
    sums.flush((kernel, at, sum) -> writeSum(rows, kernel, at, sum));
  }

  private static void writeSum(Rows rows, String kernel, long position, double[] sum)
      throws IOException {
    rows.write(GramTables.ROW_SUMS, kernel, position, sum[0]);
  }

  private void products(Parts parts, Rows rows) throws IOException {
    List<Object[]> names = new ArrayList<>();
    parts.forEach(
        NAMES,
        row -> {
          if (row[0].equals(GramTables.ROW)) {
            names.add(row);
          }
        });
    RowsByBlock.Sink<double[]> sink =
        (kernel, position, sum) ->
            rows.write(
                GramTables.PRODUCTS,
                kernel,
                position,
                names.get(Math.toIntExact(position))[1],
                sum);
    RowsByBlock<double[]> sums = new RowsByBlock<>();
    parts.forEach(
        GramTables.PRODUCTS,
        row -> {
          long position = (Long) row[1];
          double[] more = (double[]) row[3];
          sums.flushBefore(position, block, sink);
          double[] sum = sums.at((String) row[0], position, () -> new double[more.length]);
          Arrays.setAll(sum, i -> sum[i] + more[i]);
        });
    sums.flush(sink);
  }

  private void neighbours(Parts parts, Rows rows) throws IOException {
    List<Object[]> first = new ArrayList<>();
    List<Object[]> second = new ArrayList<>();
    parts.forEach(NAMES, row -> (row[0].equals(GramTables.ROW) ? first : second).add(row));
    List<Object[]> columns = cross ? second : first;
    RowsByBlock.Sink<NearestImages> sink =
        (kernel, position, nearest) -> {
          Object[] own = first.get(Math.toIntExact(position));
          for (int rank = 0; rank < nearest.size(); rank++) {
            long other = nearest.position(rank);
            Object[] neighbour = columns.get(Math.toIntExact(other));
            rows.write(
                GramTables.NEIGHBOURS,
                kernel,
                position,
                own[1],
                own[2],
                rank + 1,
                other,
                neighbour[1],
                neighbour[2],
                nearest.similarity(rank));
          }
        };
    RowsByBlock<NearestImages> nearest = new RowsByBlock<>();
    parts.forEach(
        GramTables.NEIGHBOURS,
        row -> {
          long position = (Long) row[1];
          nearest.flushBefore(position, block, sink);
          nearest
              .at((String) row[0], position, () -> new NearestImages(keep.neighbours()))
              .add((Double) row[8], (Long) row[5]);
        });
    nearest.flush(sink);
  }
}
