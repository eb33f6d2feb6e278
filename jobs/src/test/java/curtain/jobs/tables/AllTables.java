package curtain.jobs.tables;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import curtain.jobs.fixtures.Product;
import curtain.jobs.pullbacks.PullbackRows;
import curtain.jobs.pullbacks.Store;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

/** Every table that Curtain writes, wherever its constant is. */
final class AllTables {
  /**
   * A table.
   *
   * @param of the command, and what else tells it apart
   * @param isOutput whether it is in a whole output, rather than a shard's part or read only
   */
  record Listed(String of, Table<?> table, boolean isOutput) {}

  private AllTables() {}

  /** All of them, command by command. */
  static List<Listed> listed() {
    List<Listed> all = new ArrayList<>();
    all.add(output("every job", Table.ERRORS));
    all.add(output("ingest", constant("ingest.ImageRow", "TABLE")));
    for (Store store : Store.values()) {
      Table<?> table = PullbackRows.table(store);
      all.add(new Listed("pullbacks --store " + store, table, store == Store.FLOAT32));
    }
    all.add(output("pullbacks", PullbackRows.DECISIONS));
    String calibration = "command.CalibrationTables";
    all.add(output("calibrate", constant(calibration, "CALIBRATION")));
    all.add(new Listed("calibrate, a shard's part", constant(calibration, "PARTS"), false));
    all.add(output("calibrate", constant(calibration, "HISTOGRAMS")));
    all.add(output("ascend", constant("ascend.AscentRow", "TABLE")));
    for (String each : List.of("MEASURES", "SUMMARY")) {
      all.add(output("measures", constant("measures.MeasureRows", each)));
    }
    for (String each :
        List.of(
            "MEMBERS", "TILES", "DIAGONAL", "CLASS_BLOCKS", "ROW_SUMS", "NEIGHBOURS", "PRODUCTS")) {
      all.add(output("gram", constant("gram.GramTables", each)));
    }
    all.add(new Listed("gram --vectors", constant("gram.GramVectors", "TABLE"), false));
    for (String each : List.of("SPECTRUM", "COMPONENTS")) {
      all.add(output("kernel", constant("kernel.KernelTables", each)));
    }
    for (String each :
        List.of(
            "GATE_FLIPS",
            "ACTIVATIONS",
            "ACTIVATION_BITS",
            "FROZEN_GATES",
            "PATH_STABILITY",
            "T_PI",
            "PATH_SPACE",
            "PULLBACK_COSINE")) {
      all.add(output("stability", constant("stability.StabilityTables", each)));
    }
    return all;
  }

  private static Listed output(String of, Table<?> table) {
    return new Listed(of, table, true);
  }

  private static Table<?> constant(String name, String field) {
    try {
      return constant(Class.forName("curtain.jobs." + name).getDeclaredField(field));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** The table that a constant is. */
  static Table<?> constant(JavaField field) {
    try {
      return constant(field.reflect());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Table<?> constant(Field field) throws ReflectiveOperationException {
    field.setAccessible(true);
    return (Table<?>) field.get(null);
  }

  /** The tables of all constants of the commands' classes. */
  static List<Table<?>> constants() {
    List<Table<?>> all = new ArrayList<>();
    for (JavaClass each : Product.JOBS) {
      for (JavaField field : each.getFields()) {
        if (field.getRawType().isEquivalentTo(Table.class)
            && field.getModifiers().contains(JavaModifier.STATIC)) {
          all.add(constant(field));
        }
      }
    }
    return all;
  }
}
