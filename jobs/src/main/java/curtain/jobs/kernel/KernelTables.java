package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Table;
import java.util.List;

/** The tables of {@code kernel} (spec 12); kernels go by their names, see {@link KernelChoice}. */
public final class KernelTables {
  /** Leading eigenvalues of the centred normalised kernel, undivided, rank 1 first. */
  public static final Table SPECTRUM =
      Table.of(
          "spectrum",
          Column.of("kernel", ColumnType.STRING),
          Column.of("rank", ColumnType.INT),
          Column.of("eigenvalue", ColumnType.DOUBLE));

  /** Coordinates of each image's centred feature vector on the leading eigenvectors, by rank. */
  static final Table COMPONENTS =
      Table.of(
          "components",
          Column.of("kernel", ColumnType.STRING),
          Column.of("position", ColumnType.BIGINT),
          Column.of("image_id", ColumnType.STRING),
          Column.of("label", ColumnType.INT),
          Column.of("scores", ColumnType.DOUBLE_ARRAY));

  /** All of them. */
  static final List<Table> ALL = List.of(GramTables.NEIGHBOURS, SPECTRUM, COMPONENTS);

  /** The file with the scores. */
  public static final String SCORES = "kernel.json";

  private KernelTables() {}
}
