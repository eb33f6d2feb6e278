package curtain.jobs.gram;

import curtain.gram.SelfKernels;
import curtain.gram.Tile;
import curtain.images.ClassList;
import curtain.images.source.ImageRef;
import curtain.jobs.gram.GramGroup.ImageBlock;
import curtain.jobs.tables.Rows;
import curtain.scores.Normalised;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reduces the tiles of a block of rows to what {@code gram --keep top:K|none} keeps: for each
 * normalised kernel the K largest values of every row, the means by classes, the sum of every row,
 * and its product with the vectors of the columns. The value of an image with itself counts only in
 * the sum and the product.
 */
final class TileReduction {
  private final Keep keep;
  private final ImageBlock rows;
  private final SelfKernels own;
  private final ClassList classes;
  private final boolean square;
  private final int numbers;
  private final Map<String, Sums> kernels = new LinkedHashMap<>();

  /** The labels of rows and columns that a mean is of; either may be null. */
  private record Classes(Integer a, Integer b) {}

  private static final class Mean {
    private long pairs;
    private double sum;
  }

  /** What is kept of one kernel. */
  private static final class Sums {
    private final List<NearestImages> nearest = new ArrayList<>();
    private final Map<Classes, Mean> blocks = new LinkedHashMap<>();
    private final double[] rows;
    private final double[][] products;

    Sums(int count, int neighbours, int numbers) {
      rows = new double[count];
      products = new double[count][numbers];
      for (int i = 0; i < count; i++) {
        nearest.add(new NearestImages(neighbours));
      }
    }
  }

  /**
   * Starts a block of rows.
   *
   * @param own kernels of its images with themselves
   * @param square whether rows and columns are the same set
   * @param numbers length of the vectors; 0 where there are none
   */
  TileReduction(
      Keep keep, ImageBlock rows, SelfKernels own, ClassList classes, boolean square, int numbers) {
    this.keep = keep;
    this.rows = rows;
    this.own = own;
    this.classes = classes;
    this.square = square;
    this.numbers = numbers;
  }

  /** Adds the tile of the rows and these columns. */
  void add(Tile tile, ImageBlock columns) {
    SelfKernels other = tile.columns();
    add(
        GramTables.PRODUCT,
        columns,
        Normalised.ofLogs(tile.logKernel(), tile.sign(), own.logKernel(), other.logKernel()));
    add(
        GramTables.LAYER_SUM,
        columns,
        Normalised.ofProducts(tile.layerSum(), own.layerSum(), other.layerSum()));
    add(GramTables.PIXEL, columns, Normalised.ofProducts(tile.pixel(), own.pixel(), other.pixel()));
    add(
        GramTables.FEATURE,
        columns,
        Normalised.ofProducts(tile.feature(), own.feature(), other.feature()));
  }

  private void add(String kernel, ImageBlock columns, double[] values) {
    Sums sums =
        kernels.computeIfAbsent(
            kernel, none -> new Sums(rows.images().size(), keep.neighbours(), numbers));
    List<Integer> labels = labels(columns);
    List<Integer> own = labels(rows);
    for (int i = 0; i < own.size(); i++) {
      for (int j = 0; j < labels.size(); j++) {
        double value = values[i * labels.size() + j];
        sums.rows[i] += value;
        if (columns.vectors() != null && columns.vectors()[j] != null) {
          addMultiple(sums.products[i], value, columns.vectors()[j]);
        }
        long position = columns.start() + j;
        if (!square || rows.start() + i != position) {
          sums.nearest.get(i).add(value, position);
          Mean mean =
              sums.blocks.computeIfAbsent(
                  new Classes(own.get(i), labels.get(j)), none -> new Mean());
          mean.pairs++;
          mean.sum += value;
        }
      }
    }
  }

  private static void addMultiple(double[] sum, double factor, double[] vector) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] += factor * vector[c];
    }
  }

  private List<Integer> labels(ImageBlock block) {
    List<Integer> labels = new ArrayList<>();
    for (ImageRef ref : block.images()) {
      labels.add(classes.label(ref));
    }
    return labels;
  }

  /** Writes what is kept, without ids and labels of images, which the reduction adds. */
  void write(Rows out) throws IOException {
    for (Map.Entry<String, Sums> kernel : kernels.entrySet()) {
      Sums sums = kernel.getValue();
      for (int i = 0; i < sums.rows.length; i++) {
        long position = rows.start() + i;
        NearestImages nearest = sums.nearest.get(i);
        for (int rank = 0; rank < nearest.size(); rank++) {
          out.write(
              GramTables.NEIGHBOURS,
              new NeighbourRow(
                  kernel.getKey(),
                  position,
                  null,
                  null,
                  rank + 1,
                  nearest.position(rank),
                  null,
                  null,
                  nearest.similarity(rank)));
        }
        out.write(GramTables.ROW_SUMS, new RowSumRow(kernel.getKey(), position, sums.rows[i]));
        if (numbers > 0) {
          out.write(
              GramTables.PRODUCTS,
              new ProductRow(kernel.getKey(), position, null, sums.products[i]));
        }
      }
      for (Map.Entry<Classes, Mean> block : sums.blocks.entrySet()) {
        Mean mean = block.getValue();
        out.write(
            GramTables.CLASS_BLOCKS,
            new ClassBlockRow(
                kernel.getKey(),
                block.getKey().a(),
                block.getKey().b(),
                mean.pairs,
                mean.sum / mean.pairs));
      }
    }
  }
}
