package curtain.jobs.gram;

/** The kernels of a Gram matrix that figures show (spec 3), with their titles. */
public enum DrawnKernel {
  PRODUCT(GramTables.PRODUCT, "product kernel", true),
  PATHS(GramTables.PATHS, "exact path kernel", true),
  LAYER_SUM(GramTables.LAYER_SUM, "kernels of the layers, their mean", false),
  PIXEL(GramTables.PIXEL, "pixel kernel", false),
  FEATURE(GramTables.FEATURE, "kernel of the penultimate features", false);

  private final String table;
  private final String title;
  private final boolean logarithmic;

  DrawnKernel(String table, String title, boolean logarithmic) {
    this.table = table;
    this.title = title;
    this.logarithmic = logarithmic;
  }

  /** The name of the kernel in tables. */
  String table() {
    return table;
  }

  /** The title of the kernel, for people. */
  String title() {
    return title;
  }

  /**
   * Whether ln |K| and the sign of K are stored, instead of K, and ln |k| is drawn, instead of k.
   */
  boolean logarithmic() {
    return logarithmic;
  }

  /** Whether the kernel depends on {@code --gate}. */
  boolean isOfGates() {
    return this == PRODUCT || this == PATHS || this == LAYER_SUM;
  }

  /** The label of drawn values: the normalised kernel k, or ln |k|. */
  String meaning() {
    if (this == LAYER_SUM) {
      return "mean over layers";
    }
    String normalised = "K(x, x') / \u221a(K(x, x) K(x', x'))";
    return logarithmic ? "ln |" + normalised + "|" : normalised;
  }
}
