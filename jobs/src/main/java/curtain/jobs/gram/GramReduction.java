package curtain.jobs.gram;

import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
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
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Sets the positions in the tables of single images, and merges what tiles were reduced to.
 *
 * @param keep what is kept of tiles
 * @param block number of rows in a block, whose units follow each other
 * @param cross whether the columns are a second set
 * @param products whether kernels are multiplied by vectors
 */
record GramReduction(Keep keep, int block, boolean cross, boolean products) implements Reduction {
  /** The columns that are read of {@code members}. */
  private record Name(String side, String imageId, Integer label) {}

  private static final Table<Name> NAMES = GramTables.MEMBERS.select(Name.class);

  @Override
  public List<Table<?>> tables() {
    List<Table<?>> tables = new ArrayList<>(List.of(GramTables.MEMBERS, GramTables.DIAGONAL));
    tables.addAll(ofTiles(keep, products));
    return tables;
  }

  /** The tables of what tiles are reduced to; empty where tiles are kept. */
  static List<Table<?>> ofTiles(Keep keep, boolean products) {
    List<Table<?>> tables = new ArrayList<>();
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
    number(parts, rows, GramTables.MEMBERS, MemberRow::side, MemberRow::at);
    number(
        parts,
        rows,
        GramTables.DIAGONAL,
        row -> List.of(row.kernel(), row.side()),
        DiagonalRow::at);
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

  /** Copies a table with positions: those of rows with one key count from 0, in their order. */
  private static <R extends Record> void number(
      Parts parts,
      Rows rows,
      Table<R> table,
      Function<R, Object> key,
      BiFunction<R, Long, R> numbered)
      throws IOException {
    Map<Object, Long> counts = new HashMap<>();
    parts.forEach(
        table,
        row ->
            rows.write(
                table, numbered.apply(row, counts.merge(key.apply(row), 1L, Long::sum) - 1)));
  }

  /** The kernel and labels that a mean is of. */
  private record Classes(String kernel, Integer a, Integer b) {}

  /** The sum and number of the values of a mean. */
  private static final class Mean {
    private double pairs;
    private double sum;
  }

  private static void classBlocks(Parts parts, Rows rows) throws IOException {
    Map<Classes, Mean> sums = new LinkedHashMap<>();
    parts.forEach(
        GramTables.CLASS_BLOCKS,
        row -> {
          Mean sum =
              sums.computeIfAbsent(
                  new Classes(row.kernel(), row.labelA(), row.labelB()), none -> new Mean());
          sum.pairs += row.pairs();
          sum.sum += row.pairs() * row.mean();
        });
    for (Map.Entry<Classes, Mean> entry : sums.entrySet()) {
      Classes key = entry.getKey();
      Mean mean = entry.getValue();
      rows.write(
          GramTables.CLASS_BLOCKS,
          new ClassBlockRow(
              key.kernel(), key.a(), key.b(), (long) mean.pairs, mean.sum / mean.pairs));
    }
  }

  private void rowSums(Parts parts, Rows rows) throws IOException {
    RowsByBlock<double[]> sums = new RowsByBlock<>();
    parts.forEach(
        GramTables.ROW_SUMS,
        row -> {
          long position = row.position();
          sums.flushBefore(position, block, (kernel, at, sum) -> writeSum(rows, kernel, at, sum));
          sums.at(row.kernel(), position, () -> new double[1])[0] += row.sum();
        });
    sums.flush((kernel, at, sum) -> writeSum(rows, kernel, at, sum));
  }

  private static void writeSum(Rows rows, String kernel, long position, double[] sum)
      throws IOException {
    rows.write(GramTables.ROW_SUMS, new RowSumRow(kernel, position, sum[0]));
  }

  private void products(Parts parts, Rows rows) throws IOException {
    List<Name> names = new ArrayList<>();
    parts.forEach(
        NAMES,
        row -> {
          if (row.side().equals(GramTables.ROW)) {
            names.add(row);
          }
        });
    RowsByBlock.Sink<double[]> sink =
        (kernel, position, sum) ->
            rows.write(
                GramTables.PRODUCTS,
                new ProductRow(
                    kernel, position, names.get(Math.toIntExact(position)).imageId(), sum));
    RowsByBlock<double[]> sums = new RowsByBlock<>();
    parts.forEach(
        GramTables.PRODUCTS,
        row -> {
          long position = row.position();
          double[] more = row.values();
          sums.flushBefore(position, block, sink);
          double[] sum = sums.at(row.kernel(), position, () -> new double[more.length]);
          Arrays.setAll(sum, i -> sum[i] + more[i]);
        });
    sums.flush(sink);
  }

  private void neighbours(Parts parts, Rows rows) throws IOException {
    List<Name> first = new ArrayList<>();
    List<Name> second = new ArrayList<>();
    parts.forEach(NAMES, row -> (row.side().equals(GramTables.ROW) ? first : second).add(row));
    List<Name> columns = cross ? second : first;
    RowsByBlock.Sink<NearestImages> sink =
        (kernel, position, nearest) -> {
          Name own = first.get(Math.toIntExact(position));
          for (int rank = 0; rank < nearest.size(); rank++) {
            long other = nearest.position(rank);
            Name neighbour = columns.get(Math.toIntExact(other));
            rows.write(
                GramTables.NEIGHBOURS,
                new NeighbourRow(
                    kernel,
                    position,
                    own.imageId(),
                    own.label(),
                    rank + 1,
                    other,
                    neighbour.imageId(),
                    neighbour.label(),
                    nearest.similarity(rank)));
          }
        };
    RowsByBlock<NearestImages> nearest = new RowsByBlock<>();
    parts.forEach(
        GramTables.NEIGHBOURS,
        row -> {
          long position = row.position();
          nearest.flushBefore(position, block, sink);
          nearest
              .at(row.kernel(), position, () -> new NearestImages(keep.neighbours()))
              .add(row.similarity(), row.neighbourPosition());
        });
    nearest.flush(sink);
  }
}
