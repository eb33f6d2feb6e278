package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import curtain.jobs.tables.Table;
import java.util.List;

/** The tables of {@code kernel} (spec 12); names of kernels are those of {@link KernelChoice}. */
public final class KernelTables {
  /** The table of leading eigenvalues of the centred normalised kernel, rank 1 first. */
  public static final Table<SpectrumRow> SPECTRUM = Table.of("spectrum", SpectrumRow.class);

  /** The table of coordinates of images on the leading eigenvectors. */
  static final Table<ComponentRow> COMPONENTS = Table.of("components", ComponentRow.class);

  /** All tables of a run. */
  static final List<Table<?>> ALL = List.of(GramTables.NEIGHBOURS, SPECTRUM, COMPONENTS);

  /** The file with the scores. */
  public static final String SCORES = "kernel.json";

  private KernelTables() {}
}
