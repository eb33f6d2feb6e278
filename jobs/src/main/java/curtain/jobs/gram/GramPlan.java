package curtain.jobs.gram;

/**
 * How much work a Gram matrix is.
 *
 * @param rows images of the rows
 * @param columns images of the columns
 * @param block images of a block
 * @param square whether the columns are the rows
 * @param triangle whether one triangle is enough
 */
record GramPlan(long rows, long columns, long block, boolean square, boolean triangle) {

  /** Images of both sets together. */
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

  /** Images whose gates tiles need: the rows' once, the columns' for every block of rows. */
  long passed() {
    return rows + (triangle ? (rowBlocks() - 1) * columns / 2 : rowBlocks() * columns);
  }
}
