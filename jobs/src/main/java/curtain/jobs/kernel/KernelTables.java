package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.tables.Table;
import java.util.List;

/** The tables of {@code kernel} (spec 12); kernels go by their names, see {@link KernelChoice}. */
public final class KernelTables {
  /** Leading eigenvalues of the centred normalised kernel, undivided, rank 1 first. */
  public static final Table<SpectrumRow> SPECTRUM = Table.of("spectrum", SpectrumRow.class);

  /** Coordinates of each image's centred feature vector on the leading eigenvectors, by rank. */
  static final Table<ComponentRow> COMPONENTS = Table.of("components", ComponentRow.class);

  /** All of them. */
  static final List<Table<?>> ALL = List.of(GramTables.NEIGHBOURS, SPECTRUM, COMPONENTS);

  /** The file with the scores. */
  public static final String SCORES = "kernel.json";

  private KernelTables() {}
}
