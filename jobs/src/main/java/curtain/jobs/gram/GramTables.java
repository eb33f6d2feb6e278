package curtain.jobs.gram;

import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Table;

/**
 * The tables of {@code gram} (spec 12), and what their columns hold. Positions count the decoded
 * images of a side from 0. Kernels are {@code product}, {@code paths}, {@code pixel}, {@code
 * feature}, {@code layer_sum} and {@code layer:N}.
 */
public final class GramTables {
  /** {@code side}: the images that rows stand for, and without a second set the columns, too. */
  public static final String ROW = "row";

  /** {@code side}: the second set's images. */
  public static final String COLUMN = "column";

  public static final String PRODUCT = "product";
  public static final String PATHS = "paths";
  public static final String PIXEL = "pixel";
  public static final String FEATURE = "feature";
  public static final String LAYER_SUM = "layer_sum";

  /** {@code layer:N}, N from 0. */
  public static final String LAYER = "layer:";

  /** The images, by side and position; {@code feature} is the penultimate one. */
  public static final Table MEMBERS =
      Table.of(
          "members",
          Column.of("side", ColumnType.STRING),
          Column.of("position", ColumnType.BIGINT),
          Column.of("ordinal", ColumnType.BIGINT),
          Column.of("image_id", ColumnType.STRING),
          Column.of("label", ColumnType.INT),
          Column.large("logits", ColumnType.FLOAT_ARRAY),
          Column.large("feature", ColumnType.FLOAT_ARRAY));

  /**
   * Blocks of the matrix, row-major: of {@code product} and {@code paths} log |K| and K's sign, of
   * the others inner products with their constant coordinate, of {@code layer_sum} the sum over
   * layers of the normalised factors. Of one set the upper triangle of blocks.
   */
  public static final Table TILES =
      Table.of(
          "tiles",
          Column.of("kernel", ColumnType.STRING),
          Column.of("row_block", ColumnType.INT),
          Column.of("col_block", ColumnType.INT),
          Column.of("row_start", ColumnType.BIGINT),
          Column.of("col_start", ColumnType.BIGINT),
          Column.of("rows", ColumnType.INT),
          Column.of("cols", ColumnType.INT),
          Column.large("log_kernel", ColumnType.DOUBLE_ARRAY),
          Column.large("sign", ColumnType.TINYINT_ARRAY),
          Column.large("value", ColumnType.DOUBLE_ARRAY));

  /** K(x, x) of every image, in the columns that {@link #TILES} has for the kernel. */
  public static final Table DIAGONAL =
      Table.of(
          "diagonal",
          Column.of("kernel", ColumnType.STRING),
          Column.of("side", ColumnType.STRING),
          Column.of("position", ColumnType.BIGINT),
          Column.of("log_kernel", ColumnType.DOUBLE),
          Column.of("value", ColumnType.DOUBLE));

  /** The most similar images of each, rank 1 first; similarity is the normalised kernel. */
  public static final Table NEIGHBOURS =
      Table.of(
          "neighbours",
          Column.of("kernel", ColumnType.STRING),
          Column.of("position", ColumnType.BIGINT),
          Column.of("image_id", ColumnType.STRING),
          Column.of("label", ColumnType.INT),
          Column.of("rank", ColumnType.INT),
          Column.of("neighbour_position", ColumnType.BIGINT),
          Column.of("neighbour_id", ColumnType.STRING),
          Column.of("neighbour_label", ColumnType.INT),
          Column.of("similarity", ColumnType.DOUBLE));

  /** Means of the normalised kernel over ordered pairs of two different images, by labels. */
  static final Table CLASS_BLOCKS =
      Table.of(
          "class_blocks",
          Column.of("kernel", ColumnType.STRING),
          Column.of("label_a", ColumnType.INT),
          Column.of("label_b", ColumnType.INT),
          Column.of("pairs", ColumnType.BIGINT),
          Column.of("mean", ColumnType.DOUBLE));

  /** Sums of the normalised kernel over all columns, the image itself among them. */
  static final Table ROW_SUMS =
      Table.of(
          "row_sums",
          Column.of("kernel", ColumnType.STRING),
          Column.of("position", ColumnType.BIGINT),
          Column.of("sum", ColumnType.DOUBLE));

  /**
   * Products of the normalised kernel, diagonal included, with the matrix of {@code --vectors}: of
   * row i the k numbers sum_j K(x_i, x_j) V_j.
   */
  static final Table PRODUCTS =
      Table.of(
          "products",
          Column.of("kernel", ColumnType.STRING),
          Column.of("position", ColumnType.BIGINT),
          Column.of("image_id", ColumnType.STRING),
          Column.large("values", ColumnType.DOUBLE_ARRAY));

  private GramTables() {}
}
