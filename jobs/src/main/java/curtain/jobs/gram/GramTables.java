package curtain.jobs.gram;

import curtain.jobs.tables.Table;

/**
 * The tables of {@code gram} (spec 12), and names that they hold. Positions count the decoded
 * images of a side from 0. Kernels are {@code product}, {@code paths}, {@code pixel}, {@code
 * feature}, {@code layer_sum} and {@code layer:N}.
 */
public final class GramTables {
  /** Value of {@code side}: images of the rows, and without a second set of the columns. */
  public static final String ROW = "row";

  /** Value of {@code side}: images of the second set. */
  public static final String COLUMN = "column";

  public static final String PRODUCT = "product";
  public static final String PATHS = "paths";
  public static final String PIXEL = "pixel";
  public static final String FEATURE = "feature";
  public static final String LAYER_SUM = "layer_sum";

  /** Prefix of the kernels of single layers, {@code layer:N}, N from 0. */
  public static final String LAYER = "layer:";

  /** The table of images, by side and position. */
  public static final Table<MemberRow> MEMBERS = Table.of("members", MemberRow.class);

  /** The table of blocks of the matrix. */
  public static final Table<TileRow> TILES = Table.of("tiles", TileRow.class);

  /** K(x, x) of every image, in the columns that {@link #TILES} has for the kernel. */
  public static final Table<DiagonalRow> DIAGONAL = Table.of("diagonal", DiagonalRow.class);

  /** The most similar images of each, rank 1 first; similarity is the normalised kernel. */
  public static final Table<NeighbourRow> NEIGHBOURS = Table.of("neighbours", NeighbourRow.class);

  /** Means of the normalised kernel over ordered pairs of two different images, by labels. */
  static final Table<ClassBlockRow> CLASS_BLOCKS = Table.of("class_blocks", ClassBlockRow.class);

  /** Sums of the normalised kernel over all columns, the image itself among them. */
  static final Table<RowSumRow> ROW_SUMS = Table.of("row_sums", RowSumRow.class);

  /**
   * Products of the normalised kernel, diagonal included, with the matrix of {@code --vectors}: for
   * row i the vector sum_j k(x_i, x_j) V_j.
   */
  static final Table<ProductRow> PRODUCTS = Table.of("products", ProductRow.class);

  private GramTables() {}
}
