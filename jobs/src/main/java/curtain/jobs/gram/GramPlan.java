package curtain.jobs.gram;

/**
 * The amount of work of a Gram matrix.
 *
 * @param rows number of images of the rows
 * @param columns number of images of the columns
 * @param block number of images in a block
 * @param square whether rows and columns are the same images
 * @param triangle whether only the upper triangle of blocks is computed
 */
record GramPlan(long rows, long columns, long block, boolean square, boolean triangle) {

  /** The number of images of both sets. */
  long images() {
    return square ? rows : rows + columns;
  }

  private static long blocks(long images, long block) {
    return (images + block - 1) / block;
  }

  long rowBlocks() {
    return blocks(rows, block);
  }

  long tiles() {
    long high = rowBlocks();
    return triangle ? high * (high + 1) / 2 : high * blocks(columns, block);
  }

  long pairs() {
    return triangle ? (rows * columns + rows * block) / 2 : rows * columns;
  }

  /** The number of images whose gates tiles need: rows once, columns for every block of rows. */
  long passed() {
    return rows + (triangle ? (rowBlocks() - 1) * columns / 2 : rowBlocks() * columns);
  }
}
