package curtain.jobs.gram;

/** The kernels of a Gram that figures show (spec 3), and what each is called. */
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

  /** Its name in tables. */
  String table() {
    return table;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** Whether log |K| and K's sign are stored, else the value; and whether ln |K| is drawn. */
  boolean logarithmic() {
    return logarithmic;
  }

  /** Whether it depends on what the gates are. */
  boolean isOfGates() {
    return this == PRODUCT || this == PATHS || this == LAYER_SUM;
  }

  /** What a cell is: the normalised kernel k, or ln |k|. */
  String meaning() {
    if (this == LAYER_SUM) {
      return "mean over layers";
    }
    String normalised = "K(x, x') / \u221a(K(x, x) K(x', x'))";
    return logarithmic ? "ln |" + normalised + "|" : normalised;
  }
}
